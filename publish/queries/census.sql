-- Documents by what a search may be narrowed to, and whether their text can be searched.
select d.council, c.name as council_name, c.type, c.nation,
       case when d.published_on glob '[12][0-9][0-9][0-9]*' then substr(d.published_on, 1, 4) end
         as year, d.kind,
       case when f.kept_in is not null then 'aside'
            when f.outcome in ('read', 'screened') then 'searchable'
            else coalesce(f.outcome, 'not-extracted') end as state,
       count(*) as documents
from documents d left join files f on f.sha256 = d.sha256
left join councils c on c.council = d.council group by 1, 2, 3, 4, 5, 6, 7
