select m.code, coalesce(c.label, m.code) as label, c."group", count(*) as found,
       coalesce(sum(m.counted), 0) as counted, count(distinct m.page) as pages
from mentions m left join codes c on c.code = m.code
where m.sha256 = :sha256 group by m.code order by counted desc, found desc, label
