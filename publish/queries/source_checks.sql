-- What is asserted of the sources, the failing ones first.
select m.monitor, m.source, s.title, m.council, c.name, m.name as assertion, m.state, m.message,
       m.since, m.checked_at
from monitors m left join sources s using (source) left join councils c using (council)
order by m.state != 'failing', m.state, m.monitor
