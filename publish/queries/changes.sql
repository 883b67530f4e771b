-- Documents that were replaced, that are gone, or that came back, the latest first.
select h.change, h.kind, h.at, h.document, h.sha256, d.title, d.kind as document_kind, d.published_on,
       d.council, c.name as council_name, d.sha256 as latest,
       (select p.page from pages p where p.sha256 = h.sha256 order by p.number limit 1) as page,
       exists (select 1 from mentions m where m.sha256 = h.sha256 and m.counted = 1) as mentioning
from changes h left join documents d on d.document = h.document
left join councils c on c.council = d.council
where :kind = '' or h.kind = :kind order by h.change desc limit :limit offset :offset
