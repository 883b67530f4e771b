-- What changed on the councils' sites, by kind, in the ninety days before the last change.
select kind, count(*) as documents, min(at) as since, max(at) as until
from changes where at >= (select date(max(at), '-90 days') from changes) group by kind order by kind
