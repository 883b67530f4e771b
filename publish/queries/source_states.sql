select source, state, count(*) as months, count(distinct nullif(council, '')) as councils
from coverage group by 1, 2
