-- The sources of the study: what each allows, how it is asked, when it last answered.
select s.source, s.title, s.kind, s.publisher, s.url, s.licence, s.licence_url, s.coverage,
       s.throttle_seconds, s.throttle_why, s.caveats,
       (select count(*) from documents d where d.source = s.source) as documents,
       (select max(r.finished_at) from crawls r
         where r.source = s.source and r.outcome like 'finished%') as succeeded_at,
       (select max(r.started_at) from crawls r where r.source = s.source) as started_at,
       (select count(*) from crawls r where r.source = s.source) as runs
from sources s order by documents desc, s.title
