-- What people concluded, with how many of the papers it rests on have changed.
select claim, sentence, reviewer, reviewed_on, supports, contradicts, papers, changed
from claims order by changed = 0, claim limit 1000
