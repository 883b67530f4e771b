-- title: Mentions that do not count, and why
-- What was found and set aside, by code and reason: read some before trusting the counts.
select m.code, m.section, m.reason, count(*) as mentions, min(m.page) as a_page
from mentions m where m.counted = 0 group by 1, 2, 3 order by mentions desc, 1
