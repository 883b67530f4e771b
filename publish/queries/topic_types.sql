select t.topic, t.number, t.label, r.value as type, r.documents, r.searched, r.low, r.high
from topic_trends r join topics t on t.topic = r.topic
where t.model = :model and r.dimension = 'type' and r.value is not null and r.documents is not null
order by t.number, r.value
