-- Counted mentions by the row of their page.
select p.rowid as id, m.code, m.stance
from mentions m join pages p on p.page = m.page where m.counted = 1
