-- The closest first, the longest of equals, as `corpus topics passages` has them.
select x.passage, x.weight, s.text, s.stance, s.codes, s.page, p.number, s.document, d.title,
       d.kind, d.published_on, d.council, c.name as council_name
from passage_topics x join passages s on s.passage = x.passage join pages p on p.page = s.page
left join documents d on d.document = s.document left join councils c on c.council = d.council
where x.topic = :topic order by x.weight desc, s.words desc, x.passage limit 20
