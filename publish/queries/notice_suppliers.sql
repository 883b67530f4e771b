-- Suppliers as notices name them: spellings that are known to be one firm's are one row.
with known as (
  select n.name, min(n.entity) as entity from entity_names n
  join entities e on e.entity = n.entity and e.kind = 'supplier' where n.kind = 'name' group by 1),
named as (
  select trim(j.value) as name, n.document, n.council
  from notices n join json_each(case when json_valid(n.suppliers) then n.suppliers else '[]' end) j
  where trim(j.value) <> '')
select coalesce(e.entity, m.name) as supplier, coalesce(e.name, m.name) as name,
       count(distinct m.document) as notices, count(distinct m.council) as councils,
       max(d.published_on) as latest, count(distinct m.name) as spellings
from named m join documents d on d.document = m.document
left join known k on k.name = m.name left join entities e on e.entity = k.entity
group by 1 order by notices desc, 2, 1 limit :limit offset :offset
