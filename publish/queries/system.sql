-- One system.
select s.*, c.name as council_name, c.end_on as council_end_on, e.kind as product_kind,
       h.name as heir_name, hc.name as heir_council_name
from systems s left join councils c using (council) left join entities e on e.entity = s.product
left join systems h on h.system = s.continued_by left join councils hc on hc.council = h.council
where s.system = :system
