"""ModernGov's keyword search over the county's papers: result pages as recorded in the wild."""

import re
from collections.abc import Iterator
from datetime import date, datetime
from functools import lru_cache
from html import escape
from urllib.parse import quote

from demo.compose import compose
from demo.modgov import document_path
from demo.pages import bullets, html_page
from demo.shapes import DemoCouncil, DemoDocument, DemoItem, DemoMeeting
from demo.text import is_analytics

HITS_A_PAGE = 10
_PHRASE = re.compile(r'"([^"]+)"')
_Found = tuple[DemoMeeting, DemoItem]


def results_page(council: DemoCouncil, expression: str, since: str, until: str, page: int) -> bytes:
    """`ieSearchResults2.aspx`: ten hits a page, of meetings held between two days."""
    found = list(_hits(council, expression, _day(since, date.min), _day(until, date.max)))
    if not found:
        said = f'No results found for your query <span class="mgMainTxtBold">{escape(expression)}'
        return html_page(council, "Search results", f'<p class="mgErrorTxt">{said}.</span></p>')
    first = (page - 1) * HITS_A_PAGE
    hits = [
        _hit(council, meeting, item, number)
        for number, (meeting, item) in enumerate(found[first : first + HITS_A_PAGE], first + 1)
    ]
    issue = _issue(found[0]) if page == 1 else ""
    pager = _pager(expression, since, until, page, -(-len(found) // HITS_A_PAGE))
    body = f'<div class="mgContent">{pager}\n<hr />\n{issue}\n{"<hr />".join(hits)}\n{pager}</div>'
    return html_page(council, "Search results", body)


def issue_page(council: DemoCouncil, number: int) -> bytes | None:
    """`mgIssueHistoryHome.aspx?IId=`: the meetings that had business of one subject."""
    subjects = {doc.attachment: doc.subject for doc in council.item_documents}
    if not subjects.get(number):
        return None
    rows = [
        f'<a href="{_link(meeting)}#AI{item.number}">{_heading(meeting)}</a>'
        for meeting in council.meetings
        for item in meeting.items
        if any(doc.subject == subjects[number] for doc in item.documents)
    ]
    return html_page(council, "Issue history", bullets(rows))


def _hits(council: DemoCouncil, expression: str, since: date, until: date) -> Iterator[_Found]:
    phrases = _PHRASE.findall(expression) or [expression]
    for meeting in council.meetings:
        for item in meeting.items if since <= meeting.held_on <= until else ():
            texts = [text_of(document) for document in item.documents if not document.restricted]
            if any(holds(text, phrase) for text in texts for phrase in phrases):
                yield meeting, item


def holds(text: str, phrase: str) -> bool:
    """Whether a text holds a phrase, word for word."""
    return re.search(rf"\b{re.escape(phrase.casefold())}\b", text) is not None


@lru_cache(maxsize=512)
def text_of(document: DemoDocument) -> str:
    """What a paper says, for the search: its words as composed, before any layout."""
    words = " ".join(block.text for block in compose(document).blocks)
    return f"{document.title} {words}".casefold()


def _hit(council: DemoCouncil, meeting: DemoMeeting, item: DemoItem, number: int) -> str:
    search = "#search=%22words%22"
    links = [
        f'<a href="{escape(document_path(council, one))}{search}">{escape(one.title)} '
        f'({number}.1) <span class="mgFileSize">PDF</span></a>'
        for one in item.documents
        if not one.restricted
    ]
    return (
        f'<p class="mgAiTitleTxt"><!--3--><img alt="Excellent match" />Meeting: '
        f'<a class="mgAiTitleLnk" href="{_link(meeting)}">{_heading(meeting)} ({number})</a></p>\n'
        f'<p class="mgAiTitleTxt">{item.position}. <a class="mgAiTitleLnk" '
        f'href="{_link(meeting)}#AI{item.number}">{escape(item.title)}</a></p>\n'
        f'<div class="mgWordPara">{escape(item.text)} <strong>...</strong></div>\n{bullets(links)}'
    )


def _issue(found: _Found) -> str:
    """A hit without a date, where the first paper found is of a subject with a history."""
    document = next((one for one in found[1].documents if one.subject), None)
    if document is None or not is_analytics(document.subject):
        return ""
    link = f"mgIssueHistoryHome.aspx?IId={document.attachment}&amp;optionId=0"
    title = escape(document.title)
    label = f'Issue&#58; <a class="mgAiTitleLnk" href="{link}">{title} (0)</a>'
    return f'<p class="mgAiTitleTxt">{label}</p>\n<hr />'


def _link(meeting: DemoMeeting) -> str:
    # The results write MID where the rest of the site writes MId.
    return f"ieListDocuments.aspx?CId={meeting.committee.number}&amp;MID={meeting.number}"


def _heading(meeting: DemoMeeting) -> str:
    return f"{meeting.held_on:%d&#47;%m&#47;%Y} - {escape(meeting.committee.title)}"


def _pager(expression: str, since: str, until: str, page: int, pages: int) -> str:
    days = f"&amp;SD={quote(since, safe='')}&amp;ED={quote(until, safe='')}" if since else ""
    start = f"ieSearchResults2.aspx?SS={quote(expression, safe='')}{days}&amp;DT=3&amp;CA=false"
    links = [
        f'<a href="{start}&amp;PG={number}"><span class="mgHide">Page </span>{number}</a>'
        for number in range(1, pages + 1)
        if number != page
    ]
    return f"<p>Result Pages: <strong>{page}</strong> {' '.join(links)}</p>"


def _day(text: str, default: date) -> date:
    try:
        return datetime.strptime(text, "%d/%m/%Y").date()
    except ValueError:
        return default
