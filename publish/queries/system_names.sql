-- The names and numbers of a product, and why they are its.
select kind, name, how, notices from entity_names where entity = :entity
order by kind, notices desc, name limit 200
