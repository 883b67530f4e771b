"""The pages of concordances and keywords: what they show, what they refuse, what they cost."""

import csv
import io
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from datasette.plugins import pm

from corpus.codebook import Codebook
from corpus.language import kwic as concordance
from corpus.language.kwic import Node, kwic
from corpus.language.selection import Selection
from corpus.settings import Settings
from corpus.store import reading as reading_corpus
from corpus.store import writing
from corpus.study import Study, keep_study
from crawler.importer import Request, find_files, import_files
from extract.run import extract
from publish import reading
from publish.site import site
from tests.publish.site_corpus import EVIL, Made, Site


@pytest.fixture(scope="module")
def crowded_path(
    tmp_path_factory: pytest.TempPathFactory, packaged_study: Study, codebook: Codebook
) -> Path:
    """A corpus of twelve texts that say `risk score` once each, and `library` elsewhere."""
    folder = tmp_path_factory.mktemp("crowded")
    (folder / "papers").mkdir()
    for n in range(12):
        text = f"Paper {n}. The library opens late and the library closes early. " * 3
        (folder / "papers" / f"{n}.txt").write_text(f"{text} A risk score of a household. {text}")
    with writing(folder / "corpus.db", "test", settings=Settings()) as store:
        asked = Request((folder / "papers",), "folder-papers")
        keep_study(store, packaged_study)
        import_files(store, packaged_study, asked, find_files(asked.paths), lambda count: None)
        extract(store, codebook, jobs=1)
    return folder / "corpus.db"


@pytest.fixture(scope="module")
def crowded(crowded_path: Path) -> Iterator[Site]:
    with site(crowded_path) as datasette:
        told = Site(datasette)
        yield told
        told.close()


def test_lines_lead_to_pages_and_documents(served: Site, made: Made) -> None:
    answer = served.get("/kwic?q=%22predictive+analytics%22")
    assert answer.status_code == 200
    assert f"/page/{made.page}" in answer.text and f"/document/{made.document}" in answer.text
    assert "<mark>predictive analytics</mark>" in answer.text
    assert EVIL not in answer.text and "<script>alert" not in answer.text
    assert "1 line</strong> shown" in answer.text and "of 4" in answer.text


@pytest.mark.parametrize("narrowed", [{}, {"year": "2024"}, {"council": "KEN"}])
def test_by_date_the_site_and_the_command_have_the_same_lines(
    crowded_path: Path, tmp_path: Path, narrowed: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(concordance, "_PAGES_AT_ONCE", 1)
    path = tmp_path / "corpus.db"
    shutil.copy(crowded_path, path)
    dates = ["2024-05-02", "2024-05-01", "2023-12-31", "2024", "2024-05", None]
    with writing(path, "test") as store, store.db.atomic():
        for n, row in enumerate(store.rows("select document from documents order by title")):
            told = {"published_on": dates[n % len(dates)], "council": "KEN" if n % 2 else "BST"}
            store.db.table("documents").update(row["document"], told)
    with reading_corpus(path) as store:
        chosen = Selection(**narrowed)
        wanted = kwic(store.db.conn, Node("library"), sort="date", selection=chosen, limit=None)
    with site(path) as datasette:
        asked = Site(datasette)
        given = "".join(f"&{name}={value}" for name, value in narrowed.items())
        told = asked.get(f"/kwic.json?q=library&sort=date{given}").json()
        asked.close()
    assert [(line["page"], line["start"]) for line in told] == [(n.page, n.start) for n in wanted]
    assert len({line.date for line in wanted}) > 1


def test_mentions_of_a_code_lead_to_their_place(served: Site, made: Made) -> None:
    answer = served.get("/kwic?code=predictive_analytics")
    assert f"/page/{made.page}#mention-{made.mention}" in answer.text


def test_lines_as_data(served: Site, made: Made) -> None:
    rows = served.get("/kwic.json?q=predictive").json()
    assert {row["page"] for row in rows} == {made.page, made.text_page}
    text = served.get("/kwic.csv?q=predictive").text
    assert [row["page"] for row in csv.DictReader(io.StringIO(text))] == [r["page"] for r in rows]


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/kwic?q=***", "Type one or more words"),
        ("/kwic?q=a&code=b", "one of the three"),
        ("/kwic?code=nothing", "no code"),
        ("/kwic?q=zebra", "no evidence of absence"),
        ("/collocates?q=***", "Type one or more words"),
        ("/collocates?code=nothing", "no code"),
        ("/collocates?q=zebra", "no evidence of absence"),
        ("/collocates?q=predictive&window=-1&sort=x", "within 5 on either side"),
        ("/keyness?by=kind&group=novel", "There are: "),
        ("/keyness?by=colour&group=report", "Words tested"),
        ("/keyness?by=kind&group=notice", "The group has no passages"),
    ],
)
def test_questions_without_an_answer_are_explained(served: Site, path: str, words: str) -> None:
    answer = served.get(path)
    assert answer.status_code == 200
    assert words in answer.text


def test_data_of_a_wrong_question_is_a_400(served: Site) -> None:
    answer = served.get("/kwic.json?code=nothing")
    assert answer.status_code == 400 and "no code" in answer.json()["error"]
    assert served.get("/keyness.csv?group=novel").status_code == 400
    assert served.get("/kwic.json").json() == []


def test_collocates_stand_with_what_was_counted(crowded: Site) -> None:
    answer = crowded.get("/collocates?q=score&window=2")
    assert answer.status_code == 200
    assert "Occurrences" in answer.text and "within 2 on either side" in answer.text
    assert '<a href="/kwic?q=%22risk%22&amp;sort=sample">risk</a>' in answer.text
    rows = {row["word"]: row for row in crowded.get("/collocates.json?q=score&window=2").json()}
    assert (rows["risk"]["count"], rows["risk"]["documents"]) == (12, 12)
    assert "library" not in rows, "it stands everywhere else"
    text = crowded.get("/collocates.csv?q=score&window=2").text
    assert [row["word"] for row in csv.DictReader(io.StringIO(text))] == list(rows)


def test_kept_suggestions_lead_to_their_context(crowded: Site, crowded_path: Path) -> None:
    assert "No suggestions are kept" in crowded.get("/suggestions").text
    assert crowded.get("/suggestions.json").json() == []
    with writing(crowded_path, "test", settings=Settings()) as store:
        row = {
            "phrase": EVIL,
            "score": 1.0,
            "count": 12,
            "nearest": "risk score",
            "code": "scoring",
        }
        store.db.table("suggestions").insert(row)
        store.db.table("suggestions").insert(row | {"phrase": "=late library", "score": 0.5})
    answer = crowded.get("/suggestions")
    assert EVIL not in answer.text and "&lt;script&gt;" in answer.text
    assert "/kwic?q=%22%3Dlate%20library%22" in answer.text
    assert "'=late library" in crowded.get("/suggestions.csv").text


def test_more_text_than_a_page_may_count_names_the_command(
    crowded: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("publish.reading.MOST_CHARS", 10)
    answer = crowded.get("/collocates?q=risk")
    assert "More than 10 characters" in answer.text and "the command" in answer.text


def test_keywords_with_denominators(served: Site, made: Made) -> None:
    answer = served.get("/keyness?by=kind&group=report&unit=pages")
    assert "Words of report" in answer.text and "Words of all others" in answer.text
    assert served.get("/keyness.json?by=kind&group=report&unit=pages").json() == []
    assert served.get("/keyness?by=council&group=KEN").status_code == 200


def test_nothing_runs_in_the_pages(served: Site) -> None:
    for path in ("/kwic?q=predictive", "/keyness?group=report"):
        policy = served.get(path).headers["content-security-policy"]
        assert "script-src" not in policy and "default-src 'none'" in policy


def test_too_much_text_is_refused_with_a_way_on(
    served: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "MOST_CHARS", 10)
    answer = served.get("/keyness?by=kind&group=report&unit=pages&against=notice")
    assert answer.status_code == 200 and "use the command" in answer.text


def test_a_page_that_takes_too_long_is_ended(served: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    def endless(connection: Any, wanted: Any, *limit: Any) -> Any:
        endless_sql = (
            "with recursive n(i) as (select 1 union all select i + 1 from n) select max(i) from n"
        )
        return connection.execute(endless_sql).fetchall()

    module = next(each for each in pm.get_plugins() if hasattr(each, "kwic_page"))
    monkeypatch.setattr(module, "concordance", endless)
    monkeypatch.setattr(module, "READING_MS", 200)
    answer = served.get("/kwic?q=endless")
    assert answer.status_code == 503 and "command line" in answer.text
