-- Council-months by state, over all sources of papers: the best state of each month counts once.
select v.council, c.type, c.nation, substr(v.month, 1, 4) as year, v.state, count(*) as months
from coverage v left join councils c on c.council = v.council
where v.council <> '' group by 1, 2, 3, 4, 5
