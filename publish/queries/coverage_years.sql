select source, substr(month, 1, 4) as year, count(*) as months
from coverage group by 1, 2 order by 1, 2 desc
