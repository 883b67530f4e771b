-- Every file with what its canonical document says of it.
select f.sha256, coalesce(f.document, f.sha256) as document, d.council, c.type, c.nation,
       case when d.published_on glob '[12][0-9][0-9][0-9]*' then substr(d.published_on, 1, 4) end
         as year,
       d.kind, d.published_on as date, d.first_seen_at as seen
from files f left join documents d on d.document = f.document
left join councils c on c.council = d.council order by f.sha256
