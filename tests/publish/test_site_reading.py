"""The pages of concordances and keywords: what they show, what they refuse, what they cost."""

import csv
import io
from typing import Any

import pytest
from datasette.plugins import pm

from publish import reading
from tests.publish.site_corpus import EVIL, Made, Site


def test_lines_lead_to_pages_and_documents(served: Site, made: Made) -> None:
    answer = served.get("/kwic?q=%22predictive+analytics%22")
    assert answer.status_code == 200
    assert f"/page/{made.page}" in answer.text and f"/document/{made.document}" in answer.text
    assert "<mark>predictive analytics</mark>" in answer.text
    assert EVIL not in answer.text and "<script>alert" not in answer.text
    assert "1 line</strong> shown" in answer.text and "of 4" in answer.text


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
