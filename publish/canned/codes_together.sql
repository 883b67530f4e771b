-- title: Codes that stand in the same passage
-- How often two codes are counted in one passage: uses, benefits and concerns beside the techniques
-- and products they are said of.
select a.code as first_code, b.code as second_code, count(distinct a.passage) as passages,
       count(distinct s.council) as councils
from mentions a join mentions b on b.passage = a.passage and b.code > a.code and b.counted = 1
join passages s on s.passage = a.passage
where a.counted = 1 group by 1, 2 order by passages desc, 1, 2
