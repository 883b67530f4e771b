-- The strongest topic of each passage in the chosen model, by the row of its page.
with strongest as (
  select x.passage, x.topic, row_number() over (
    partition by x.passage order by x.weight desc, x.topic) as place
  from passage_topics x join topic_models m on m.model = x.model and m.chosen = 1)
select p.rowid as id, t.topic from strongest t
join passages s on s.passage = t.passage join pages p on p.page = s.page where t.place = 1
