select d.document, d.source, d.council, d.kind, d.title, d.url, d.origin_url, d.published_on,
       d.meeting, d.item_number, d.sha256, d.first_seen_at, d.last_seen_at, d.gone_at,
       c.name as council_name, s.title as source_title, s.kind as source_kind, s.publisher,
       s.licence, s.licence_url, m.committee, m.held_on, m.url as meeting_url,
       f.bytes, f.mime, f.outcome, f.reason, f.pages, f.chars, f.text_source, f.quality, f.kept_in,
       f.document as canonical, o.title as canonical_title
from documents d left join councils c on c.council = d.council
left join sources s on s.source = d.source left join meetings m on m.meeting = d.meeting
left join files f on f.sha256 = d.sha256 left join documents o on o.document = f.document
where d.document = :document
