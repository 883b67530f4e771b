select v.council, coalesce(c.name, v.council, 'No council') as name, v.month, v.state,
       v.documents_seen as seen, v.documents_read as read, v.documents_mentioning as mentioning,
       v.unreadable, v.reason
from coverage v left join councils c on c.council = v.council
where v.source = :source and v.month >= :year and v.month < :year || '~'
order by name, v.council, v.month
