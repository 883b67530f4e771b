select screener, lexicon, count(*) as files from screenings group by 1, 2 order by 3 desc limit 12
