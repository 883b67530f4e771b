-- The topics of a passage in the chosen model, the strongest first.
select t.topic, t.number, t.label, x.weight
from passage_topics x join topics t on t.topic = x.topic
join topic_models o on o.model = t.model and o.chosen = 1
where x.passage = :passage order by x.weight desc, t.number limit 3
