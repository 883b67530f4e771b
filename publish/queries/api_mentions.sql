-- Mentions in the order of their ids, from one id on; those in a version that was replaced are left
-- out. What is not asked for is null.
select m.mention, m.page, p.number, p.label as printed, d.document, d.title, d.council, d.kind,
       d.published_on as date, d.source, coalesce(d.origin_url, d.url) as url, m.code, m.term,
       m.stance, m.quote, m.before, m.after, m.counted, m.reason, m.start, m."end"
from mentions m join files f on f.sha256 = m.sha256
join documents d on d.document = f.document and d.sha256 = f.sha256
join pages p on p.page = m.page left join councils c on c.council = d.council
where m.mention > :after and (:counted is null or m.counted = :counted)
  and (:code is null or m.code = :code) and (:stance is null or m.stance = :stance)
  and (:council is null or d.council = :council) and (:nation is null or c.nation = :nation)
  and (:type is null or c.type = :type) and (:kind is null or d.kind = :kind)
  and (:year is null or substr(d.published_on, 1, 4) = :year)
  and (:document is null or d.document = :document) and (:page is null or m.page = :page)
order by m.mention limit :limit
