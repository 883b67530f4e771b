select t.term, t.phrase, t.pattern, t.precision from terms t where t.code = :code order by t.phrase
