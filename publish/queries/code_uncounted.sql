-- Why mentions of a code do not count; what names another page is one reason.
select case when reason like 'duplicate of %' then 'another page says the same' else reason end as reason,
       count(*) as mentions
from mentions where code = :code and counted = 0 group by 1 order by 2 desc, 1 limit 12
