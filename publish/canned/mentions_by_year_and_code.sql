-- title: Mentions of a code by year and stance
-- Give the code as it stands in the table codes, such as predictive_analytics; % finds every code.
select m.year, m.code, m.stance, count(*) as mentions, count(distinct m.document) as documents,
       count(distinct m.council) as councils
from document_mentions m where m.code like :code
group by 1, 2, 3 order by 1, mentions desc
