-- Suppliers as notices name them: the spelling is the buyer's, so one firm may stand here twice.
select trim(j.value) as supplier, count(distinct n.document) as notices,
       count(distinct n.council) as councils, max(d.published_on) as latest
from notices n join json_each(case when json_valid(n.suppliers) then n.suppliers else '[]' end) j
join documents d on d.document = n.document
where trim(j.value) <> '' group by 1 order by notices desc, supplier limit :limit offset :offset
