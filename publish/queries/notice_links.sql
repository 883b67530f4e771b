-- Papers and suppliers that a notice may belong with, the surest first.
select case when l."first" = :document then l."second" else l."first" end as other, l.score, l.decision,
       d.title, d.kind, d.published_on, d.council, c.name as council_name
from links l
left join documents d on d.document = case when l."first" = :document then l."second" else l."first" end
left join councils c on c.council = d.council
where :document in (l."first", l."second") and l.decision <> 'refused' order by l.score desc limit 50
