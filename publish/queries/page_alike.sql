-- Where else the words of a page stand: a range is a page's id, or one and its last page's number.
-- A file's ranges begin with its hash; a run of the page's number follows at place 18.
with found as (
  select "first" as here, "second" as there, kind, score, words, quote, 0 as swapped
  from similarities where "first" >= substr(:page, 1, 17) and "first" < substr(:page, 1, 16) || '.'
  union all
  select "second", "first", kind, score, words, quote, 1
  from similarities where "second" >= substr(:page, 1, 17) and "second" < substr(:page, 1, 16) || '.'),
placed as (
  select *, cast(substr(here, 18, 4) as integer) as begins, cast(substr(here, 23, 4) as integer) as ends,
         substr(there, 1, 17)
         || printf('%04d', cast(substr(there, 18, 4) as integer) + :number
                           - cast(substr(here, 18, 4) as integer)) as page
  from found)
select a.here, a.there, a.kind, a.score, a.words, a.quote, a.swapped, p.page, p.number, f.document, d.title,
       d.council, d.kind as document_kind, d.published_on, c.name as council_name
from placed a join pages p on p.page = a.page join files f on f.sha256 = p.sha256
left join documents d on d.document = f.document left join councils c on c.council = d.council
where :number between a.begins and max(a.begins, a.ends)
order by a.kind = 'text-reuse' desc, a.score desc, p.page limit 20
