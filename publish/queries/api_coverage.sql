-- The ledger in the order of its key, from one entry on. What is not asked for is null.
select v.source, v.council, c.name as council_name, c.nation, c.type, v.month, v.state, v.looked_at,
       v.documents_seen, v.documents_read, v.documents_mentioning, v.unreadable, v.reason
from coverage v left join councils c on c.council = v.council
where (v.source, coalesce(v.council, ''), v.month) > (:after_source, :after_council, :after_month)
  and (:source is null or v.source = :source) and (:council is null or v.council = :council)
  and (:state is null or v.state = :state) and (:nation is null or c.nation = :nation)
  and (:type is null or c.type = :type) and (:year is null or substr(v.month, 1, 4) = :year)
order by v.source, v.council, v.month limit :limit
