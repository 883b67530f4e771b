-- The front page's figures, each with what it is a part of. Mentions in a version that was replaced
-- do not count.
with present as (
  select m.counted from mentions m join files f on f.sha256 = m.sha256
  join documents d on d.document = f.document and d.sha256 = f.sha256)
select
  (select count(*) from documents) as documents,
  (select count(*) from files) as files,
  (select coalesce(sum(pages), 0) from files) as pages,
  (select count(*) from present) as mentions_found,
  (select count(*) from present where counted = 1) as mentions_counted,
  (select count(*) from documents d
    where exists (select 1 from mentions m where m.sha256 = d.sha256 and m.counted = 1)
  ) as documents_mentioning,
  (select count(*) from passages) as passages,
  (select count(*) from notices) as notices,
  (select count(*) from councils where end_on is null) as councils_current,
  (select count(*) from councils c where end_on is null
    and exists (select 1 from documents d where d.council = c.council)) as councils_with_papers,
  (select count(*) from documents where council is null) as documents_without_council,
  (select max(finished_at) from crawls) as last_crawl,
  (select count(*) from crawls) as crawls,
  (select count(*) from failures) as failures
