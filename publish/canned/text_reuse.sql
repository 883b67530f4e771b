-- title: Text that papers of two councils share
-- Passages of 40 words and more, the longest and rarest first. Rarity is 1 where no third council
-- has the words; what more than eight share is left out.
select substr(s.quote, 1, 200) as quote, s.words, s.score as rarity,
       s.first_council, a.title as first_title, a.published_on as first_published_on,
       s."first" as first_page,
       s.second_council, b.title as second_title, b.published_on as second_published_on,
       s."second" as second_page
from similarities s
join pages p on p.page = s."first" join files f on f.sha256 = p.sha256
join documents a on a.document = f.document
join pages q on q.page = s."second" join files g on g.sha256 = q.sha256
join documents b on b.document = g.document
where s.kind = 'text-reuse' order by s.words * s.score desc, s."first", s."second"
