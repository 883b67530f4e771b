select topic, number, label, label_by, terms, passages, weight
from topics where model = :model order by number
