-- The topics that are the strongest in a council's passages, in the chosen model.
with ranked as (
  select x.passage, x.topic, row_number() over (
           partition by x.passage order by x.weight desc, x.topic) as place
  from documents d join passages s on s.document = d.document
  join passage_topics x on x.passage = s.passage
  join topic_models o on o.model = x.model and o.chosen = 1
  where d.council = :council)
select t.topic, t.number, t.label, count(*) as passages
from ranked r join topics t on t.topic = r.topic where r.place = 1
group by t.topic order by passages desc, t.number limit 12
