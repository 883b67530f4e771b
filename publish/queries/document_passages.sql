select s.passage, s.page, p.number, s.text, s.words, s.codes, s.stance, s.heading
from pages p join passages s on s.page = p.page
where p.sha256 = :sha256 order by p.number, s.start limit :limit
