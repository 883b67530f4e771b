-- Every current council with what was looked at there, what is held, and in how much of it a term
-- is mentioned.
with looked as (
  select council, count(*) as months,
         sum(state in ('searched', 'term-searched', 'none-published')) as months_looked,
         sum(state in ('blocked', 'robots-refused')) as months_refused,
         sum(state in ('unsupported', 'url-unknown', 'failed')) as months_unreachable
  from coverage group by council),
held as (
  select d.council, count(*) as documents,
         sum(f.outcome in ('read', 'screened')) as searched,
         sum(exists (select 1 from mentions m where m.sha256 = d.sha256 and m.counted = 1))
           as mentioning
  from documents d left join files f on f.sha256 = d.sha256
  where d.council is not null group by d.council)
select c.council, c.name, c.nation, coalesce(c.region, c.nation, 'Not recorded') as region, c.type,
       coalesce(h.documents, 0) as documents, coalesce(h.searched, 0) as searched,
       coalesce(h.mentioning, 0) as mentioning, coalesce(l.months, 0) as months,
       coalesce(l.months_looked, 0) as months_looked,
       coalesce(l.months_refused, 0) as months_refused,
       coalesce(l.months_unreachable, 0) as months_unreachable
from councils c left join looked l on l.council = c.council left join held h on h.council = c.council
where c.end_on is null order by region, c.name, c.council
