select case when reason like 'duplicate of %' then 'another page says the same' else reason end as reason,
       counted, count(*) as mentions
from mentions group by 1, 2 order by 2 desc, 3 desc, 1
