select kind, count(*) as changes, max(at) as latest from changes group by 1 order by 2 desc
