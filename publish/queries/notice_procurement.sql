-- The other notices of the same procurement, on whatever service, with why they are taken for it.
select o.document, d.title, d.published_on, n.stage, n.buyer_name, n.council, n.suppliers, n.value,
       n.currency, s.title as source_title, o.reason, o.score
from procurements p join procurements o on o.procurement = p.procurement and o.document <> p.document
join documents d on d.document = o.document join notices n on n.document = o.document
left join sources s on s.source = d.source
where p.document = :document order by d.published_on, o.document limit 100
