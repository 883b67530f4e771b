-- Documents and counted mentions by year of publication; what has no date is a row of its own.
-- Mentions count once per file, and only in the version a document has now, as in the view
-- document_mentions: an agenda that was replaced does not count twice.
with dated as (
  select document, sha256, case when published_on glob '[12][0-9][0-9][0-9]*'
         then substr(published_on, 1, 4) end as year from documents),
documents_by_year as (
  select d.year, count(*) as documents, coalesce(sum(f.outcome in ('read', 'screened')), 0) as searched,
         sum(exists (select 1 from mentions m where m.sha256 = d.sha256 and m.counted = 1))
           as mentioning
  from dated d left join files f on f.sha256 = d.sha256 group by 1),
mentions_by_year as (
  select d.year, count(*) as mentions
  from mentions m join files f on f.sha256 = m.sha256
  join dated d on d.document = f.document and d.sha256 = f.sha256
  where m.counted = 1 group by 1)
select d.year, d.documents, d.searched, d.mentioning, coalesce(m.mentions, 0) as mentions
from documents_by_year d left join mentions_by_year m on m.year is d.year
order by d.year is null, d.year
