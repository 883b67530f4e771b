-- What was found in a file, for an id of which the words or their number have moved: the last first.
select mention, page, term, quote from mentions
where sha256 >= :prefix and sha256 < :prefix || 'g' order by page, start desc limit 5000
