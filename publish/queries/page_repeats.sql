select d."first" as page, p.number, f.document, o.title, d.score
from page_duplicates d join pages p on p.page = d."first" join files f on f.sha256 = p.sha256
left join documents o on o.document = f.document where d.page = :page
