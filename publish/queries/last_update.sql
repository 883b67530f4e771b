-- The last unattended run and how it ended.
select started_at, finished_at, outcome, exit_code from updates order by "update" desc limit 1
