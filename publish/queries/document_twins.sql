select d.document, d.title, d.url, d.origin_url, d.published_on, d.kind, d.council,
       c.name as council_name
from documents d left join councils c on c.council = d.council
where d.sha256 = :sha256 and d.document <> :document order by d.document limit 50
