-- A council's papers with a counted mention, the latest first.
select d.document, d.title, d.kind, d.published_on, d.gone_at, t.committee,
       (select count(*) from mentions m where m.sha256 = d.sha256 and m.counted = 1) as mentions
from documents d left join meetings t on t.meeting = d.meeting
where d.council = :council and d.kind <> 'notice'
  and exists (select 1 from mentions m where m.sha256 = d.sha256 and m.counted = 1)
order by d.published_on desc, d.document limit :limit offset :offset
