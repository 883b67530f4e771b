select p.page, p.number, p.label, p.outcome, p.method, p.chars, p.quality,
       (select count(*) from mentions m where m.page = p.page and m.counted = 1) as mentions
from pages p where p.sha256 = :sha256 order by p.number
