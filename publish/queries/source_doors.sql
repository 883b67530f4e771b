-- What was found when the door of a source was looked at, at its latest check of each council.
select k.source, k.outcome, count(*) as places, max(k.checked_at) as checked_at
from source_checks k
where k."check" = (select max(o."check") from source_checks o
                    where o.source = k.source and o.council is k.council)
group by 1, 2
