-- Passages in which the topic is the strongest, by council, beside the documents searched there;
-- those in a version that was replaced do not count.
with strongest as (
  select s.council, count(*) as passages, count(distinct s.document) as documents
  from passage_topics x join passages s on s.passage = x.passage join pages p on p.page = s.page
  join documents d on d.document = s.document and d.sha256 = p.sha256
  where x.topic = :topic and not exists (
    select 1 from passage_topics o where o.passage = x.passage and o.model = x.model
      and (o.weight > x.weight or (o.weight = x.weight and o.topic < x.topic)))
  group by s.council),
foremost as (
  select s.council, coalesce(c.name, s.council) as name, s.passages, s.documents
  from strongest s left join councils c on c.council = s.council
  order by s.passages desc, name limit 30)
select s.*,
       (select count(*) from documents d join files f on f.sha256 = d.sha256
         where d.council is s.council and f.outcome in ('read', 'screened')) as searched
from foremost s order by s.passages desc, s.name
