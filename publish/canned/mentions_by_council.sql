-- title: Mentions by council, beside what was searched
-- Counted mentions and the documents that hold them, with the documents searched: compare councils
-- by the share, not by the count. Versions that were replaced do not count.
with searched as (
  select d.council, count(*) as documents_searched
  from documents d join files f on f.sha256 = d.sha256
  where f.outcome in ('read', 'screened') group by d.council),
mentioning as (
  select council, count(*) as mentions, count(distinct document) as documents_mentioning
  from document_mentions group by council)
select s.council, c.name, c.nation, c.type, s.documents_searched,
       coalesce(m.documents_mentioning, 0) as documents_mentioning,
       coalesce(m.mentions, 0) as mentions,
       round(1.0 * coalesce(m.documents_mentioning, 0) / s.documents_searched, 4) as share
from searched s left join councils c on c.council = s.council
left join mentioning m on m.council is s.council
order by mentions desc, s.documents_searched desc
