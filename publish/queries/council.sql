select c.*, r.name as replaced_by_name from councils c
left join councils r on r.council = c.replaced_by where c.council = :council
