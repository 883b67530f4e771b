-- What claims rest on: each mention, its paper, and what became of it.
select e.claim, e.side, e.mention, e.present, e.state, e.why, e.page, e.quote, e.document,
       d.title, d.council, d.published_on, coalesce(p.number, 0) as number
from claim_mentions e left join documents d on d.document = e.document
left join pages p on p.page = e.page
order by e.claim, e.side desc, e.state = 'stands', d.published_on, e.mention limit 5000
