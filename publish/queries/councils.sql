-- Every council with what was looked at and found; a council without a row in the coverage was not
-- looked at. Documents count as searched where their text was read or screened.
with papers as (
  select d.council, count(*) as documents, sum(coalesce(f.outcome, '') in ('read', 'screened')) as searched,
         sum(exists (select 1 from mentions m where m.sha256 = d.sha256 and m.counted = 1)) as mentioning
  from documents d left join files f on f.sha256 = d.sha256
  where d.council is not null group by d.council),
months as (
  select council, sum(state in ('searched', 'term-searched', 'none-published')) as looked,
         count(*) as months, max(looked_at) as looked_at,
         group_concat(distinct state) as states
  from coverage where council <> '' group by council)
select c.council, c.name, c.nation, c.region, c.type, c.end_on, p.documents, p.searched, p.mentioning,
       v.looked, v.months, v.looked_at, v.states
from councils c left join papers p on p.council = c.council left join months v on v.council = c.council
order by c.name
