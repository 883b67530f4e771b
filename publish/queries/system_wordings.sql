-- Wording that papers of two systems share; of one system where asked for.
select w.*, a.name as first_name, b.name as second_name, ca.name as first_council,
       cb.name as second_council, d.published_on as first_on, e.published_on as second_on
from system_wordings w join systems a on a.system = w.first_system
join systems b on b.system = w.second_system
left join councils ca on ca.council = a.council left join councils cb on cb.council = b.council
left join documents d on d.document = w."first" left join documents e on e.document = w."second"
where :system is null or :system in (w.first_system, w.second_system)
order by w.score desc, w.words desc, w."first", w."second" limit 100
