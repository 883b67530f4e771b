-- Products by the systems they are in, with who sells them and the notices that award them.
select e.entity, e.name, e.code, e.notices, k.name as supplier,
       sum(s.steps > 0) as systems, sum(s.steps = 0) as proposed, min(s.first_on) as first_on
from entities e join systems s on s.product = e.entity
left join entities k on k.entity = e.supplier
group by e.entity order by systems desc, proposed desc, e.name, e.entity limit :limit
