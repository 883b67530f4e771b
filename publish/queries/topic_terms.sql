select rank, term, weight from topic_terms where topic = :topic order by rank limit 20
