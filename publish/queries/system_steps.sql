-- The steps of a system, undated ones last.
select t.*, d.title, d.kind as document_kind, c.name as council_name,
       (select g.number from pages g where g.page = t.page) as number
from system_steps t left join documents d using (document)
left join councils c on c.council = t.council
where t.system = :system order by t."on" is null, t."on", t.document
