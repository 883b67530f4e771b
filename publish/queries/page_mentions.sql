select m.mention, m.start, m."end", m.quote, m.code, coalesce(c.label, m.code) as code_label,
       c."group", t.phrase, m.stance, m.cue, m.section, m.counted,
       m.reason, m.boxes
from mentions m left join codes c on c.code = m.code left join terms t on t.term = m.term
where m.page = :page order by m.start, m."end", m.mention
