-- Procurement notices, the latest first.
select n.document, d.title, d.published_on, n.stage, n.buyer_name, n.council, n.suppliers, n.value,
       n.currency,
       exists (select 1 from mentions m where m.sha256 = d.sha256 and m.counted = 1) as mentioning
from documents d cross join notices n on n.document = d.document
where d.kind = 'notice' and (:council = '' or n.council = :council)
  and (:stage = '' or n.stage = :stage)
  and (:year = '' or (d.published_on >= :year and d.published_on < :year || '~'))
  and (:supplier = '' or exists (
    select 1 from json_each(case when json_valid(n.suppliers) then n.suppliers else '[]' end) j
    where trim(j.value) = :supplier or trim(j.value) in (
      select name from entity_names where entity = :supplier and kind = 'name')))
  and (:mentioning = '' or exists (
    select 1 from mentions m where m.sha256 = d.sha256 and m.counted = 1))
order by d.published_on desc, d.document limit :limit offset :offset
