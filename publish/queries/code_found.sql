-- Where a code was found: by year, council, stance and kind, mentions once per file.
select case when d.published_on glob '[12][0-9][0-9][0-9]*' then substr(d.published_on, 1, 4) end as year,
       d.council, m.stance, d.kind = 'notice' as is_notice, d.document, count(*) as mentions
from mentions m join files f on f.sha256 = m.sha256
join documents d on d.document = f.document and d.sha256 = f.sha256
where m.code = :code and m.counted = 1 group by 1, 2, 3, 4, 5
