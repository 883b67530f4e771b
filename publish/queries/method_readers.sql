select read_with as reader, count(*) as files from files where read_with <> '' group by 1 order by 2 desc
