select v.source, coalesce(s.title, v.source) as title, v.state, count(*) as months,
       count(distinct v.council) as councils, sum(v.documents_seen) as seen,
       sum(v.documents_read) as read, sum(v.documents_mentioning) as mentioning,
       sum(v.unreadable) as unreadable
from coverage v left join sources s on s.source = v.source
group by v.source, v.state order by title, months desc
