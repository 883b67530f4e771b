select p.page, p.number, p.sha256, f.path, f.mime
from pages p join files f on f.sha256 = p.sha256 where p.page = :page
