select dimension, value, passages, weight, searched, documents, low, high
from topic_trends where topic = :topic order by dimension, value
