select n.*, d.title, d.kind, d.url, d.published_on, d.sha256, d.gone_at, d.source, c.name as council_name,
       s.title as source_title, s.licence, s.licence_url, s.publisher,
       (select p.page from pages p where p.sha256 = d.sha256 order by p.number limit 1) as page,
       (select substr(p.text, 1, 3000) from pages p where p.sha256 = d.sha256 order by p.number limit 1)
         as words,
       (select max(a.fetched_at) from captures a
         where a.document = d.document and a.sha256 = d.sha256) as fetched_at
from notices n join documents d on d.document = n.document
left join councils c on c.council = n.council left join sources s on s.source = d.source
where n.document = :document
