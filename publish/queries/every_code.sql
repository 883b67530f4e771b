-- The codebook with what was found of it: mentions once per file, in the versions documents have now.
select c.code, c.label, c."group", c.definition, c.precision,
       (select count(*) from terms t where t.code = c.code) as terms,
       count(d.document) as mentions, count(distinct d.document) as documents,
       count(distinct d.council) as councils, max(d.published_on) as latest
from codes c left join mentions m on m.code = c.code and m.counted = 1
left join files f on f.sha256 = m.sha256
left join documents d on d.document = f.document and d.sha256 = f.sha256
group by c.code order by c."group", mentions desc, c.label
