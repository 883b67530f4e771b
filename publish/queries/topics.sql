select topic, number, label, label_by, terms, passages, weight, npmi, exclusivity, stability, verdict,
       code, x, y
from topics where model = :model order by number
