-- Sources that documents came from, with what their publishers allow.
select s.source, s.title, s.kind, s.publisher, s.url, s.licence, s.licence_url, s.coverage,
       s.caveats, count(d.document) as documents,
       coalesce(sum(f.outcome in ('read', 'screened')), 0) as searchable,
       min(d.published_on) as earliest, max(d.published_on) as latest
from sources s join documents d on d.source = s.source left join files f on f.sha256 = d.sha256
group by s.source order by documents desc, s.source
