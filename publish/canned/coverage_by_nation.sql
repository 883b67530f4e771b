-- title: What was looked at, by nation and year
-- Council-months by nation, year and state. The states `searched`, `term-searched` and
-- `none-published` are known; of the others nothing is known, and they are no zeros.
select coalesce(c.nation, 'no council') as nation, substr(v.month, 1, 4) as year, v.state,
       count(*) as council_months, count(distinct v.council) as councils,
       sum(v.documents_seen) as documents_seen, sum(v.documents_mentioning) as documents_mentioning
from coverage v left join councils c on c.council = v.council
group by 1, 2, 3 order by 1, 2, council_months desc
