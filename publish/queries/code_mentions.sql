-- Mentions of a code that count, the latest papers first: chosen before their pages are looked up.
with chosen as (
  select m.mention, d.document, d.published_on
  from mentions m join files f on f.sha256 = m.sha256
  join documents d on d.document = f.document and d.sha256 = f.sha256
  where m.code = :code and m.counted = 1 and (:council = '' or d.council = :council)
    and (:stance = '' or m.stance = :stance)
  order by d.published_on desc, m.mention limit :limit offset :offset)
select m.mention, m.quote, m.before, m.after, m.stance, m.cue, m.page, p.number, d.document, d.title,
       d.kind, d.published_on, d.council, c.name as council_name
from chosen x join mentions m on m.mention = x.mention join documents d on d.document = x.document
join pages p on p.page = m.page left join councils c on c.council = d.council
order by x.published_on desc, x.mention
