-- How many documents were searched, by year of publication: the denominator of every trend.
select case when d.published_on glob '[12][0-9][0-9][0-9]*' then substr(d.published_on, 1, 4) end as year,
       count(*) as searched
from documents d join files f on f.sha256 = d.sha256 where f.outcome in ('read', 'screened') group by 1
