select n.document, d.title, d.published_on, n.stage, n.buyer_name, n.suppliers, n.value, n.currency
from notices n join documents d on d.document = n.document
where n.council = :council order by d.published_on desc, n.document limit :limit
