-- The way from councils to passages, each step with how many went it.
select
  (select count(*) from councils where end_on is null) as councils,
  (select count(distinct council) from coverage where council <> ''
     and state in ('searched', 'term-searched', 'none-published')) as councils_looked,
  (select count(*) from meetings) as meetings,
  (select count(*) from documents) as documents,
  (select count(*) from files) as files,
  (select count(*) from files where outcome in ('read', 'screened')) as files_searched,
  (select count(*) from files where outcome = 'read') as files_read,
  (select coalesce(sum(pages), 0) from files) as pages,
  (select count(*) from mentions) as mentions,
  (select count(*) from mentions where counted = 1) as mentions_counted,
  (select count(distinct sha256) from mentions where counted = 1) as files_mentioning,
  (select count(*) from passages) as passages,
  (select min(started_at) from crawls) as first_run,
  (select max(finished_at) from crawls) as last_run,
  (select count(*) from crawls) as runs,
  (select min(published_on) from documents where published_on glob '[12][0-9][0-9][0-9]*') as earliest,
  (select max(published_on) from documents where published_on glob '[12][0-9][0-9][0-9]*') as latest
