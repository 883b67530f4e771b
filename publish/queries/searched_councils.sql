-- How many documents of each council were searched.
select d.council, coalesce(c.name, d.council) as name, count(*) as searched
from documents d join files f on f.sha256 = d.sha256 left join councils c on c.council = d.council
where f.outcome in ('read', 'screened') group by d.council
