select t.topic, t.model, t.number, t.label, t.label_by, t.terms, t.passages, t.weight, t.npmi,
       t.exclusivity, t.stability, t.verdict, t.code, c.label as code_label, m.k,
       m.npmi as model_npmi, m.c_v, m.diversity, m.stability as model_stability,
       m.verdict as model_verdict, m.chosen, (select count(*) from passages) as model_passages,
       (select o.topic from topics o where o.model = t.model and o.number < t.number
         order by o.number desc limit 1) as previous,
       (select o.topic from topics o where o.model = t.model and o.number > t.number
         order by o.number limit 1) as next
from topics t join topic_models m on m.model = t.model left join codes c on c.code = t.code
where t.topic = :topic
