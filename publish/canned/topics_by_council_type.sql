-- title: Topics by type of council
-- Passages in which each topic of the chosen model is the strongest, beside the documents searched.
select t.number, t.label, r.value as council_type, r.passages, r.searched,
       round(100.0 * r.passages / nullif(r.searched, 0), 2) as passages_per_100_documents
from topic_trends r join topics t on t.topic = r.topic
join topic_models m on m.model = t.model and m.chosen = 1
where r.dimension = 'type' order by t.number, passages_per_100_documents desc
