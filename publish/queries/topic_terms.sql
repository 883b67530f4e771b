select rank, term, weight, lift from topic_terms where topic = :topic order by rank limit 30
