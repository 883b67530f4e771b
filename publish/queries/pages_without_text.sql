-- Needs an index on pages (outcome) to be quick on a million pages.
select outcome, count(*) as pages from pages where outcome <> 'text' group by outcome order by 1
