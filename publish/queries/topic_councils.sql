-- Passages in which the topic is the strongest, by council; those in a version that was replaced do
-- not count. A page's id begins with its file's hash: no page is looked up.
select s.council, coalesce(c.name, s.council) as name, count(*) as passages,
       count(distinct s.document) as documents
from passage_topics x join passages s on s.passage = x.passage
join documents d on d.document = s.document
  and substr(d.sha256, 1, 16) = substr(s.page, 1, 16)
left join councils c on c.council = s.council
where x.topic = :topic and not exists (
  select 1 from passage_topics o where o.passage = x.passage and o.model = x.model
    and (o.weight > x.weight or (o.weight = x.weight and o.topic < x.topic)))
group by s.council order by passages desc, name limit 30
