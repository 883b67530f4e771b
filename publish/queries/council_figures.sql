-- One council's documents by year: listed, searched, with a mention; mentions once per file.
with own as (
  select d.document, d.sha256, d.kind,
         case when d.published_on glob '[12][0-9][0-9][0-9]*' then substr(d.published_on, 1, 4) end as year
  from documents d where d.council = :council)
select o.year, count(*) as documents, sum(o.kind = 'notice') as notices,
       coalesce(sum(f.outcome in ('read', 'screened')), 0) as searched,
       sum(exists (select 1 from mentions m where m.sha256 = o.sha256 and m.counted = 1)) as mentioning,
       sum(case when f.document = o.document
           then (select count(*) from mentions m where m.sha256 = o.sha256 and m.counted = 1)
           else 0 end) as mentions
from own o left join files f on f.sha256 = o.sha256 group by o.year order by o.year is null, o.year
