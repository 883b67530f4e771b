select r.report, r.kind, r.item_number, r.title, r.author_role, r.recommendation, r.first_page,
       r.last_page,
       (select count(*) from pages p join mentions m on m.page = p.page and m.counted = 1
         where p.sha256 = r.sha256 and p.number between r.first_page and r.last_page) as mentions
from reports r where r.sha256 = :sha256 order by r.first_page
