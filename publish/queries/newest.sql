-- Documents with a counted mention that came last.
select d.document, d.title, d.kind, d.published_on, d.council, c.name as council_name,
       d.first_seen_at,
       (select count(*) from mentions m where m.sha256 = d.sha256 and m.counted = 1) as mentions
from documents d left join councils c on c.council = d.council
where exists (select 1 from mentions m where m.sha256 = d.sha256 and m.counted = 1)
order by d.first_seen_at desc, d.published_on desc, d.document limit 8
