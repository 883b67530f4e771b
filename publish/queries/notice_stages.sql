select stage, count(*) as notices from notices where stage is not null group by 1 order by 2 desc, 1 limit 24
