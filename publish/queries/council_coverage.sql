select v.source, coalesce(s.title, v.source) as title, v.month, v.state, v.looked_at,
       v.documents_seen as seen, v.documents_read as read, v.documents_mentioning as mentioning,
       v.unreadable, v.reason
from coverage v left join sources s on s.source = v.source
where v.council = :council order by substr(v.month, 1, 4) desc, title, v.source, v.month
