select a.capture, a.sha256, a.fetched_at, a.last_modified, f.bytes, f.pages, f.outcome,
       f.outcome is null as waiting,
       (select p.page from pages p where p.sha256 = a.sha256 order by p.number limit 1) as page
from captures a left join files f on f.sha256 = a.sha256
where a.document = :document order by a.fetched_at desc, a.capture desc
