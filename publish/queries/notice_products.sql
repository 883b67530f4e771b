-- Products and suppliers that a notice may be about, the surest first; refused ones are left out.
select e.entity, e.name, e.kind, e.code, l.score, l.decision
from links l join entities e on e.entity = l."second"
where l."first" = :document and l.decision <> 'refused'
order by l.decision = 'accepted' desc, l.score desc, e.name limit 20
