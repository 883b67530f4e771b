select m.mention, m.page, p.number, p.label as printed, m.quote, m.before, m.after, m.code,
       c.label as code_label, c."group", t.phrase, m.stance, m.boilerplate, m.counted, m.reason
from mentions m join pages p on p.page = m.page left join codes c on c.code = m.code
left join terms t on t.term = m.term
where m.sha256 = :sha256 order by p.number, m.start, m."end", m.mention limit :limit offset :offset
