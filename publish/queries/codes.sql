select c.code, c.label, c."group", c.definition, count(m.mention) as mentions,
       count(distinct m.sha256) as files
from codes c left join mentions m on m.code = c.code and m.counted = 1
group by c.code order by c."group", mentions desc, c.label
