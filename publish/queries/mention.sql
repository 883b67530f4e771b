select m.mention, m.page, m.sha256, m.term, m.code, m.start, m."end", m.quote, m.before, m.after,
       m.stance, m.cue, m.section, m.boilerplate, m.counted, m.reason, m.boxes,
       coalesce(c.label, m.code) as code_label, c."group", c.definition, c.not_when, t.phrase,
       s.passage, s.text as passage_text, s.heading, s.stance as passage_stance,
       s.start as passage_start
from mentions m left join codes c on c.code = m.code left join terms t on t.term = m.term
left join passages s on s.passage = m.passage
where m.mention = :mention
