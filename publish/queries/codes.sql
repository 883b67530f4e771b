-- Counted mentions by code; those in a version that was replaced do not count.
select c.code, c.label, c."group", c.definition, count(d.document) as mentions,
       count(distinct d.sha256) as files
from codes c left join mentions m on m.code = c.code and m.counted = 1
left join files f on f.sha256 = m.sha256
left join documents d on d.document = f.document and d.sha256 = f.sha256
group by c.code order by c."group", mentions desc, c.label
