-- Councils there are now: what a share of councils is a share of.
select council, name, type, nation from councils where end_on is null order by council
