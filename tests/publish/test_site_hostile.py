"""Hostile text in every field: a sweep over all pages and formats, own and published."""

import csv
import io
import json
import re
from collections.abc import Iterator
from urllib.parse import quote, urljoin, urlsplit

import lxml.html
import pytest

from tests.publish.publication import SECRETS, Out
from tests.publish.site_corpus import Made, Site

MOST_PAGES = 110
FORMULA_STARTS = ("=", "+", "@", "\t", "\r")
DEAD = re.compile(r"^\s*(?:javascript|data|vbscript|file):", re.IGNORECASE)
STARTS = (
    *("/", "/-/search?q=predictive", "/-/search?q=%3Cscript%3E", "/coverage", "/topics"),
    *("/kwic?q=predictive", "/kwic?code=predictive_analytics", "/keyness?by=kind&group=report"),
    *("/systems", "/system/ken-p_lantern", "/suppliers", "/suggestions", "/collocates?q=uses"),
    "/corpus",
)
SEEN: dict[str, int] = {}


def links(body: str) -> Iterator[str]:
    """Yield the links of a page that stay on the site."""
    for element, _, link, _ in lxml.html.fromstring(body).iterlinks():
        where = urlsplit(urljoin("http://site/", link))
        if element.tag == "a" and where.netloc == "site" and not link.startswith("#"):
            yield where.path + (f"?{where.query}" if where.query else "")


def shape(path: str) -> str:
    """Return what pages of one kind have in common: a few of each kind are enough."""
    parts = urlsplit(path)
    names = ",".join(sorted(re.findall(r"(?:^|&)([^=&]+)=", parts.query)))
    return re.sub(r"^(/(?:page|topic|document)/)[^/]+", r"\1ID", parts.path) + "?" + names


def sweep(site: Site) -> Iterator[tuple[str, str]]:
    """Yield address and body of the site's pages, found by following its links."""
    waiting, met, kinds = list(STARTS), set(STARTS), dict[str, int]()
    while waiting and len(met) < 4000 and sum(kinds.values()) < MOST_PAGES:
        path = waiting.pop(0)
        kinds[shape(path)] = kinds.get(shape(path), 0) + 1
        if kinds[shape(path)] > 2:
            continue
        answer = site.get(path)
        assert answer.status_code < 500, path
        if "html" not in answer.headers.get("content-type", ""):
            continue
        yield path, answer.text
        fresh = [link for link in links(answer.text) if link not in met]
        met |= set(fresh)
        waiting += dict.fromkeys(fresh)


def harmless(path: str, body: str) -> None:
    """Assert that no text of the corpus became markup, a script, a template or a live link."""
    assert "<script>alert" not in body and "<img src=x" not in body, path
    tree = lxml.html.fromstring(body)
    for element in tree.iter():
        if not isinstance(element.tag, str):
            continue
        if element.tag == "script" and not (element.get("src") or "").startswith("/"):
            assert "alert" not in (element.text or ""), path
        assert not [name for name in element.attrib if name.startswith("on")], (path, element.tag)
        for name in ("href", "src", "action", "formaction"):
            assert not DEAD.match(element.get(name) or ""), (path, element.get(name))
    assert "alert(1)" not in body or "&lt;script&gt;alert(1)" in body or "%3Cscript" in body, path


@pytest.mark.parametrize("which", ["served", "public"])
def test_hostile_text_is_text_on_every_page(which: str, request: pytest.FixtureRequest) -> None:
    site: Site = request.getfixturevalue(which)
    swept = 0
    for path, body in sweep(site):
        harmless(path, body)
        if which == "public":
            assert not [n for n, words in SECRETS.items() if words in body], path
        swept += 1
    SEEN[which] = swept
    assert swept >= 40


TABLES = (
    *("documents", "pages", "mentions", "passages", "notices", "councils", "coverage"),
    *("systems", "system_steps", "system_wordings", "entities"),
)


@pytest.mark.parametrize("which", ["served", "public"])
@pytest.mark.parametrize("table", TABLES)
def test_data_is_data_and_holds_no_formula(
    which: str, table: str, request: pytest.FixtureRequest
) -> None:
    site: Site = request.getfixturevalue(which)
    answer = site.get(f"/corpus/{table}.json?_shape=array&_labels=on")
    assert answer.headers["content-type"].startswith("application/json") and answer.json()
    for options in ("", "?_stream=1", "?_labels=on"):
        answer = site.get(f"/corpus/{table}.csv{options}")
        assert answer.headers["content-type"].startswith("text/plain")
        rows = list(csv.reader(io.StringIO(answer.text)))
        assert rows[1:] and {len(row) for row in rows} == {len(rows[0])}
        assert not [c for row in rows for c in row if c.startswith(FORMULA_STARTS)]


@pytest.mark.parametrize("which", ["served", "public"])
@pytest.mark.parametrize("path", ["/-/search", "/kwic"])
def test_answers_as_data_are_data(which: str, path: str, request: pytest.FixtureRequest) -> None:
    site: Site = request.getfixturevalue(which)
    told = site.get(f"{path}.json?q=predictive")
    assert json.loads(told.text)
    written = site.get(f"{path}.csv?q=predictive")
    assert written.headers["content-type"].startswith("text/csv")
    cells = [cell for row in csv.reader(io.StringIO(written.text)) for cell in row]
    assert not [cell for cell in cells if cell.startswith(FORMULA_STARTS)]


WRITES = (
    "delete from documents",
    "update documents set title = 'x'",
    "insert into codes (code) values ('x')",
    "replace into codes (code) values ('x')",
    "drop table documents",
    "create table x (y)",
    "alter table codes add column x",
    "attach database '/tmp/x.db' as x",
    "attach database ':memory:' as x",
    "detach database main",
    "vacuum into '/tmp/x.db'",
    "pragma writable_schema = on",
    "pragma journal_mode = wal",
    "select load_extension('/tmp/x.so')",
    "select writefile('/tmp/x', 'y')",
    "select readfile('/etc/passwd')",
    "with x as (select 1) delete from documents",
    "select 1; delete from documents",
    "begin immediate",
    "reindex",
)


@pytest.mark.parametrize("which", ["served", "public"])
@pytest.mark.parametrize("sql", WRITES)
def test_writing_and_attaching_are_refused(
    which: str, sql: str, request: pytest.FixtureRequest, made: Made, out: Out
) -> None:
    site: Site = request.getfixturevalue(which)
    path = made.path if which == "served" else out.public
    before = path.read_bytes()
    answer = site.get(f"/corpus.json?sql={quote(sql)}")
    assert answer.status_code == 400 and answer.json()["ok"] is False
    assert path.read_bytes() == before


WAYS = (
    "/corpus.json?sql=select+path+from+files",
    "/corpus.json?sql=select+[furniture]+from+pages",
    "/corpus.json?sql=select+main.codings.note+from+codings",
    "/corpus.json?sql=select+url+from+visits",
    "/corpus.json?sql=select+*+from+temp.visits",
    "/corpus.json?sql=select+note+from+temp.codings",
    "/corpus.json?sql=select+words+from+page_words",
    "/corpus.json?sql=select+message+from+(select+*+from+failures)",
    "/corpus.json?sql=select+furniture+from+pages_fts",
    "/corpus/files.json?_sort=path",
    "/corpus/codings.json?_col=note",
    "/corpus/codings.json?_where=note+like+'%25Olga%25'",
    "/corpus/failures.json?_facet=message",
    "/corpus/pages.json?_sort_desc=furniture",
    "/corpus/visits.json",
    "/corpus/visits.csv",
    "/corpus/visits/1",
    "/corpus/tombstones.json?_col=reason",
)
"""Ways to ask for what was not published, each answered with an error."""
QUIET = (
    "/corpus.json?sql=select+*+from+pragma_table_info('codings')",
    "/corpus.json?sql=select+sql+from+sqlite_master",
    "/corpus.json?sql=select+*+from+sqlite_temp_master",
    "/corpus/codings.json?_shape=array&_labels=on",
    "/corpus/codings.csv?_stream=1",
    "/corpus/codings.json?note__contains=Olga",
    "/corpus/files.json?_search=olga",
    "/-/search.json?q=Quirrelby",
    "/kwic.json?q=Haverstock",
    "/-/databases.json",
    "/-/metadata.json",
    "/corpus.db",
)
"""Ways that answer, and tell nothing."""


@pytest.mark.parametrize("path", WAYS)
def test_an_unpublished_column_is_absent(public: Site, path: str) -> None:
    answer = public.get(path)
    assert answer.status_code in (400, 404), answer.text[:300]
    assert not [name for name, words in SECRETS.items() if words in answer.text]


@pytest.mark.parametrize("path", QUIET)
def test_nothing_tells_of_an_unpublished_column(public: Site, path: str) -> None:
    answer = public.get(path)
    assert answer.status_code < 500
    assert not [name for name, words in SECRETS.items() if words in answer.text]
    for column in ("furniture", '"note"', "minhashes"):
        assert column not in answer.text
    if "temp_master" in path:
        assert answer.json()["rows"] == []


def test_pages_of_a_published_corpus_say_what_is_not_there(public: Site, out: Out) -> None:
    extracts = " ".join(public.get(f"/page/{out.ids['paper']}").text.split())
    assert "These are extracts" in extracts and "1 stretch of the text" in extracts
    nothing = public.get(f"/page/{out.made.second_page}").text
    assert "Nothing of it is quoted" in nothing
    picture = public.get(f"/page/{out.made.page}.png")
    assert picture.status_code == 404 and "not published" in picture.text
    assert f"/page/{out.made.page}.png" not in public.get(f"/page/{out.made.page}").text
    assert public.get("/document/taken-1").status_code == 410
    assert "This is a published copy" in public.get("/").text
    withheld = public.get("/corpus/withheld").text
    assert "undecided" in withheld and "Barraclose" not in withheld


def test_a_corpus_of_ones_own_is_shown_whole(served: Site, made: Made) -> None:
    body = served.get(f"/page/{made.page}").text
    assert "published copy" not in body and "extracts" not in body
    assert f"/page/{made.page}.png" in body
