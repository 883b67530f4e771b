-- title: Papers that were replaced, taken away or brought back
-- What councils changed after publication, the latest first.
select h.at, h.kind, h.document, d.title, d.council, d.published_on, d.gone_at
from changes h join documents d on d.document = h.document order by h.at desc, h.change desc
