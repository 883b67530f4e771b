-- title: Current councils of which nothing was searched
-- With the reason the ledger gives last, where it gives any. What is said of the others says
-- nothing of these.
select c.council, c.name, c.nation, c.type, c.platform,
       (select v.state from coverage v where v.council = c.council order by v.month desc limit 1)
         as last_state,
       (select v.reason from coverage v where v.council = c.council order by v.month desc limit 1)
         as last_reason
from councils c
where c.end_on is null
  and not exists (select 1 from coverage v where v.council = c.council
    and v.state in ('searched', 'term-searched', 'none-published'))
  and not exists (select 1 from documents d join files f on f.sha256 = d.sha256
    where d.council = c.council and f.outcome in ('read', 'screened'))
order by c.nation, c.name
