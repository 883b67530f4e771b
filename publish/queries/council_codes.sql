-- What one council's papers mention, once per file.
select m.code, coalesce(c.label, m.code) as label, c."group", count(*) as mentions,
       count(distinct d.document) as documents, max(d.published_on) as latest
from documents d join files f on f.sha256 = d.sha256 and f.document = d.document
join mentions m on m.sha256 = d.sha256 and m.counted = 1 left join codes c on c.code = m.code
where d.council = :council group by m.code order by mentions desc, label
