select report, kind, item_number, title, author_role, first_page, last_page
from page_reports where page = :page
