select t.topic, t.model, t.number, t.label, t.label_by, t.terms, t.passages, t.weight, m.k, m.npmi,
       m.c_v, m.diversity, m.stability, m.verdict, m.chosen, m.passages as model_passages,
       (select o.topic from topics o where o.model = t.model and o.number < t.number
         order by o.number desc limit 1) as previous,
       (select o.topic from topics o where o.model = t.model and o.number > t.number
         order by o.number limit 1) as next
from topics t join topic_models m on m.model = t.model where t.topic = :topic
