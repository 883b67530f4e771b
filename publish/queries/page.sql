select p.page, p.sha256, p.number, p.label, p.text, p.outcome, p.method, p.quality, p.reader,
       p.width_pt, p.height_pt, p.confidence, p.reason as page_reason, f.pages, f.bytes, f.mime,
       f.document, f.path, f.reason,
       d.title, d.council, d.kind, d.published_on, d.url, d.origin_url, d.source, d.gone_at,
       d.item_number, d.sha256 as latest, c.name as council_name,
       s.title as source_title, s.licence, s.licence_url, t.committee, t.held_on,
       t.url as meeting_url,
       (select e.extent from page_extents e where e.page = p.page) as extent,
       (select e.withheld from page_extents e where e.page = p.page) as withheld,
       (select count(*) from documents o where o.sha256 = p.sha256) as documents,
       (select max(a.fetched_at) from captures a
         where a.document = f.document and a.sha256 = p.sha256) as fetched_at,
       (select b.page from pages b where b.sha256 = p.sha256 and b.number < p.number
         order by b.number desc limit 1) as previous,
       (select b.page from pages b where b.sha256 = p.sha256 and b.number > p.number
         order by b.number limit 1) as next
from pages p join files f on f.sha256 = p.sha256
left join documents d on d.document = f.document
left join meetings t on t.meeting = d.meeting
left join councils c on c.council = d.council left join sources s on s.source = d.source
where p.page = :page
