-- People's judgements of words on a page.
select g.coding, g.quote, g.code, coalesce(c.label, g.code) as label, g.value, g.coder, g.coded_at,
       g.codebook, g.state, g.adjudicated
from codings g left join codes c on c.code = g.code where g.page = :page
order by g.adjudicated desc, g.coder, g.code, g.coding limit 500
