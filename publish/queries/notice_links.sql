-- Papers and other notices that a notice may belong with, the surest first; refused ones are left out.
with found as (
  select "second" as other, score, decision from links where "first" = :document
  union all
  select "first", score, decision from links where "second" = :document)
select f.other, f.score, f.decision, d.title, d.kind, d.published_on, d.council, c.name as council_name
from found f join documents d on d.document = f.other left join councils c on c.council = d.council
where f.decision <> 'refused'
order by f.decision = 'accepted' desc, f.score desc, f.other limit 50
