select coalesce(outcome, 'not-extracted') as outcome, count(*) as files,
       coalesce(sum(pages), 0) as pages
from files group by 1 order by 2 desc, 1
