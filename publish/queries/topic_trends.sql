select dimension, value, passages, weight, searched
from topic_trends where topic = :topic order by dimension, value
