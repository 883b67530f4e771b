-- Systems with the names of their councils; of some product, council or status where asked for.
select s.*, c.name as council_name, e.kind as product_kind
from systems s left join councils c using (council) left join entities e on e.entity = s.product
where (:product is null or s.product = :product) and (:status is null or s.status = :status)
  and (:council is null or exists (select 1 from json_each(s.councils) where value = :council))
order by s.steps = 0, coalesce(s.first_on, '9999'), s.system
limit :limit
