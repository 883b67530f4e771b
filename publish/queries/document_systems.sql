-- The systems that a document is a step of, those that people accepted first.
select t.system, t.kind, t.status, t.decision, s.name, s.council, c.name as council_name
from system_steps t join systems s on s.system = t.system
left join councils c on c.council = s.council
where t.document = :document order by t.decision = 'accepted' desc, s.name, t.system limit 50
