-- title: Suppliers and products: used, planned, stopped
-- Counted mentions of suppliers and products by council and stance, newest paper first.
select m.code, d.council, c.name, m.stance, count(*) as mentions, max(d.published_on) as last_on,
       min(m.page) as a_page
from mentions m join codes o on o.code = m.code and o."group" = 'supplier_product'
join files f on f.sha256 = m.sha256
join documents d on d.document = f.document and d.sha256 = f.sha256
left join councils c on c.council = d.council
where m.counted = 1 and m.stance <> 'general'
group by 1, 2, 4 order by last_on desc, mentions desc
