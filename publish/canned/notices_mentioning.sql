-- title: Procurement notices with a counted mention
-- The value is a ceiling, not a payment; buyers that match no council have an empty one.
select n.document, d.title, n.buyer_name, n.council, n.value, n.currency, n.stage, d.published_on,
       count(*) as mentions, group_concat(distinct m.code) as codes
from notices n join documents d on d.document = n.document
join mentions m on m.sha256 = d.sha256 and m.counted = 1
group by n.document order by d.published_on desc
