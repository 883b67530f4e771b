select code_version as version, count(*) as runs, min(started_at) as since, max(started_at) as until
from crawls where code_version <> '' group by 1 order by 3
