"""The library for notebooks on the hostile corpus: tables, denominators, evidence, charts."""

import inspect
import json
import re
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from click.testing import CliRunner

from corpus import charts, topic_charts
from corpus.errors import CorpusError, MissingPath
from tests.conftest import ROOT
from tests.publish.site_corpus import EVIL, Made, make
from workbench.jupyter import copy_notebooks
from workbench.main import main
from workbench.notebook import Corpus, Evidence, open_corpus

TABLES = (
    *("documents", "mentions", "passages", "notices", "meetings", "councils", "sources"),
    *("coverage", "failures", "codings", "codebook", "reuse", "coverage_states", "models"),
    *("model", "sweep", "topics", "topic_terms", "topic_trends", "measured", "agreement"),
)
PLACE = ("document", "source", "council", "council_name", "nation", "type", "kind", "title")
SPOKEN = {"topic_trends": {"year"}, "model": set(), "passages": {*PLACE, "published_on", "year"}}
SPOKEN |= {"notices": SPOKEN["passages"], "agreement": {"alpha_low", "alpha_high"}}
SPOKEN["agreement"] |= {"kappa_low", "kappa_high"}
"""Columns that a docstring names by another method's or by a rule."""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    return make(tmp_path_factory.mktemp("notebook") / "corpus.db")


@pytest.fixture(scope="module")
def corpus(made: Made) -> Corpus:
    return open_corpus(made.path)


@pytest.mark.parametrize("name", TABLES)
def test_every_table_names_its_columns_and_its_source(corpus: Corpus, name: str) -> None:
    method = getattr(corpus, name)
    told = inspect.getdoc(method) or ""
    frame = method()
    assert isinstance(frame, pd.DataFrame) and len(frame.columns)
    unsaid = {c for c in frame.columns if f"`{c}`" not in told} - SPOKEN.get(name, set())
    assert not unsaid or name == "model", f"{name}() does not say what {unsaid} are"
    assert re.search(r"From\s+`|as `models` does|[Oo]nly|Wilson", told), f"{name}: from where?"


def test_a_corpus_says_its_denominator(corpus: Corpus, made: Made) -> None:
    scope = corpus.scope()
    parts = scope["searched"] + scope["unreadable"] + scope["not_extracted"]
    assert scope["documents"] == parts == len(corpus.documents())
    assert f"{scope['searched']:,} searched" in repr(corpus)
    assert corpus.documents(council="KEN").attrs["scope"]["documents"] == len(
        corpus.documents(council="KEN")
    )


def test_figures_are_those_of_plain_sql(corpus: Corpus) -> None:
    documents = corpus.documents()
    searched = documents[documents["searched"] == 1]
    by_year = corpus.rates("year")
    assert by_year["searched"].sum() == len(searched)
    assert by_year["mentioning"].sum() == searched["mentioning"].sum() > 0
    assert by_year["unreadable"].sum() == corpus.scope()["unreadable"] > 0
    counted = corpus.mentions()
    assert set(counted["counted"]) == {1}
    every, left_out = corpus.mentions(counted=None), corpus.mentions(counted=False)
    assert len(every) == len(counted) + len(left_out) and len(left_out)


def test_rates_have_intervals_and_bounds(corpus: Corpus) -> None:
    bounds = corpus.bounds("type")
    some = bounds[bounds["searched"] > 0]
    assert ((some["low"] <= some["rate"]) & (some["rate"] <= some["high"])).all()
    assert ((some["least"] <= some["rate"]) & (some["rate"] <= some["most"])).all()
    assert (some["most"] > some["least"]).any(), "some papers could not be read"


def test_what_counts_can_be_narrowed(corpus: Corpus) -> None:
    whole = corpus.rates("kind")["mentioning"].sum()
    same = corpus.rates("kind", code="predictive_analytics")["mentioning"].sum()
    none = corpus.rates("kind", code="no_such_code")
    assert whole == same > 0 == none["mentioning"].sum()
    assert none["searched"].sum() == corpus.scope()["searched"], "the denominator stays"
    assert corpus.rates("kind", stance="stopped")["mentioning"].sum() == 0


def test_a_zero_is_a_true_one(corpus: Corpus) -> None:
    compared = corpus.compare("type")
    zeros = compared[compared["mentioning"] == 0]
    assert set(compared["type"]) == set(corpus.rates("type")["type"])
    assert (zeros["searched"] >= 0).all() and zeros["rate"].dropna().eq(0).all()


def test_a_trend_is_dated(corpus: Corpus) -> None:
    trend = corpus.trends("stance", "uses", "plans")
    assert set(trend["stance"]) == {"uses", "plans"} and "undated" not in set(trend["year"])
    with pytest.raises(CorpusError, match="no trend"):
        corpus.trends("colour", "red")
    with pytest.raises(CorpusError, match="Name what"):
        corpus.trends("code")


@pytest.mark.parametrize("method", ["rates", "bounds", "compare", "missingness"])
def test_a_wrong_grouping_is_named(corpus: Corpus, method: str) -> None:
    with pytest.raises(CorpusError, match="`moon` is no grouping; there are"):
        getattr(corpus, method)("moon")


def test_missingness_speaks_of_councils_without_papers(corpus: Corpus) -> None:
    told = corpus.missingness("nation").set_index("nation")
    assert told.loc["Northern Ireland", "reached"] == 0
    assert told.loc["England", "share"] == 1.0
    assert pd.isna(told.loc["Northern Ireland", "rate"]), "not searched is no rate of zero"


def test_every_number_of_a_topic_has_what_it_is_of(corpus: Corpus) -> None:
    topics = corpus.topics()
    assert (topics["passages"] <= topics["of"]).all() and len(topics)
    trends = corpus.topic_trends(1)
    assert set(trends["number"]) == {1} and {"searched", "per_100"} <= set(trends)
    assert len(corpus.closest(1, most=1)) == 1


def test_evidence_shows_words_and_page_and_escapes_both(corpus: Corpus, made: Made) -> None:
    shown = corpus.show(made.mention)
    html = shown._repr_html_()
    assert isinstance(shown, Evidence) and made.pdf_hash in str(shown)
    assert re.search(r"<mark[^>]*>predictive analytics</mark>", html), "the words, marked"
    assert "data:image/png;base64," in html and 'alt="Page 1 of ' in html
    for sign in ("<script", "<img src=x", "javascript:"):
        assert sign not in html
    assert "{{ 7*7 }}" in html and "49" not in re.sub(r"base64,[^\"]+", "", html).split("{{")[0]


def test_evidence_is_found_by_row_and_by_page(corpus: Corpus, made: Made) -> None:
    by_row = corpus.show(corpus.mentions().iloc[0], picture=False)
    assert by_row.quote and "data:image" not in by_row.html
    by_page = corpus.show(made.text_page)
    assert "no pictures" in by_page.html and by_page.quote == ""
    with pytest.raises(CorpusError, match="There is no page"):
        corpus.show("0123456789abcdef-0001")
    with pytest.raises(CorpusError, match="Give the id"):
        corpus.show({"page": None})


def test_evidence_without_an_original_says_so(corpus: Corpus, made: Made, tmp_path: Path) -> None:
    copy = tmp_path / "corpus.db"
    with pytest.MonkeyPatch.context():
        import sqlite3

        source = sqlite3.connect(made.path)
        source.execute("vacuum into ?", (str(copy),))
        source.close()
    assert "original is not beside" in open_corpus(copy).show(made.mention).html


def test_a_page_that_breaks_its_reader_is_no_error(corpus: Corpus, made: Made) -> None:
    scan = corpus.documents().set_index("document").loc[made.scan]
    shown = corpus.show(f"{scan['sha256'][:16]}-0001")
    assert "The page could not be drawn: corpus.errors.Broken" in shown.html


def test_search_tells_what_was_searched(corpus: Corpus) -> None:
    found = corpus.search("analytics", by="words")
    assert found.attrs["searched"] == corpus.scope()["searched"]
    assert found.attrs["total"] == len(found) > 0
    assert list(corpus.search("zzzz", by="words").columns) == list(found.columns)


def test_without_an_index_likeness_says_how_to_get_one(corpus: Corpus, made: Made) -> None:
    with pytest.raises(CorpusError, match="corpus build"):
        corpus.similar(made.page)


def test_a_table_without_rows_has_its_columns(corpus: Corpus) -> None:
    assert "node" in corpus.kwic("zzzz") and "log_ratio" in corpus.collocates("zzzz")


def test_a_missing_corpus_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(MissingPath, match="corpus demo"):
        open_corpus(tmp_path / "none.db")


def chart_of(corpus: Corpus) -> dict[str, Any]:
    """Return every kind of chart, drawn over the hostile corpus."""
    compared = corpus.compare("type")
    sweep = pd.DataFrame(
        {"k": [5, 8], "npmi": [0.1, 0.2], "c_v": [0.5, 0.6], "diversity": [1, 0.9]}
    )
    words = pd.DataFrame(
        {
            "word": [EVIL],
            "count_a": [3],
            "count_b": [0],
            "log_ratio": [2.5],
            "log_likelihood": [9.0],
        }
    ).assign(q=0.01, dispersion=0.5)
    return {
        "rate": charts.rate_chart(corpus.rates("year"), "year", EVIL),
        "interval": charts.interval_chart(corpus.bounds("council"), "council", EVIL),
        "trend": charts.trend_chart(corpus.trends("stance", "uses", "plans"), "stance", EVIL),
        "grid": charts.grid_chart(compared, "type", "label", EVIL),
        "ledger": charts.ledger_chart(corpus.coverage(), EVIL),
        "words": charts.words_chart(words, EVIL, ["3 / 0"]),
        "sweep": charts.sweep_chart(sweep.assign(chosen=[0, 1]), EVIL),
        "topics": charts.topics_chart(corpus.topics()),
        "map": topic_charts.topic_map_chart(corpus.topics()),
        "stability": topic_charts.topic_stability_chart(corpus.topics()),
        "topic grid": topic_charts.topic_grid_chart(corpus.topic_trends(dimension="type")),
        "topic trend": topic_charts.topic_trend_chart(corpus.topic_trends(1)),
        "terms": topic_charts.topic_terms_chart(corpus.topic_terms(30).query("number == 1")),
    }


def test_charts_are_drawn_with_their_denominators(corpus: Corpus) -> None:
    import vl_convert

    for name, chart in chart_of(corpus).items():
        drawn = vl_convert.vegalite_to_svg(chart.to_dict())
        assert "<script" not in drawn and drawn.count("<path") > 1, name
        if name in ("rate", "interval", "grid", "topic grid", "topic trend"):
            assert re.search(r">\d+ of \d+<", drawn), f"{name}: n of N stands in the picture"
        if name == "rate":
            assert "could not be read" in drawn
        if name == "ledger":
            assert re.search(r">[S0B-]</text>", drawn), "states have letters, not colours alone"


def _years(count: int, searched: int) -> pd.DataFrame:
    years = [str(year) for year in range(2000, 2000 + count)]
    told = {"mentioning": 1, "searched": searched, "unreadable": 0, "stance": "uses"}
    return pd.DataFrame({"year": years, **told, "rate": 0.1, "low": 0.05, "high": 0.2})


def _drawn(chart: Any) -> str:
    import vl_convert

    return str(vl_convert.vegalite_to_svg(chart.to_dict()))


def test_words_over_many_bars_have_room() -> None:
    few, many = (_drawn(charts.rate_chart(_years(n, 50), "year", "Rates")) for n in (5, 20))
    widths = [float(re.search(r'<svg[^>]* width="([\d.]+)"', svg)[1]) for svg in (few, many)]  # type: ignore[index]
    assert widths[0] < 650 and widths[1] > 20 * charts.BAR_WIDTH


def test_a_share_of_few_papers_is_a_point_and_no_line() -> None:
    enough, few = (_drawn(charts.trend_chart(_years(4, n), "stance", "Uses")) for n in (50, 3))
    assert "fewer than 10" in few and "fewer than 10" not in enough
    line = re.compile(r'aria-roledescription="line mark"[^>]*d="M[^"]+L')
    assert line.search(enough) and not line.search(few)
    assert few.count('aria-roledescription="point"') == 4


def test_long_names_over_a_grid_are_parted_into_lines() -> None:
    frame = _years(2, 50).assign(type="Non-metropolitan district", label="Risk scores")
    drawn = _drawn(charts.grid_chart(frame.head(1), "type", "label", "Grid"))
    assert ">Non-metropolitan<" in drawn and ">district<" in drawn


def test_notebooks_are_copied_once_and_never_overwritten(tmp_path: Path) -> None:
    packaged = {path.name for path in (ROOT / "notebooks").glob("*.ipynb")}
    assert {path.name for path in copy_notebooks(tmp_path)} == packaged
    mine = tmp_path / "1_first_look.ipynb"
    mine.write_text("mine")
    (tmp_path / "2_mentions.ipynb").unlink()
    assert [path.name for path in copy_notebooks(tmp_path)] == ["2_mentions.ipynb"]
    assert mine.read_text() == "mine"


def test_the_command_lists_starts_and_explains(
    made: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def run(*arguments: str, path: Path = made.path) -> Any:
        return CliRunner().invoke(main, ["--corpus", str(path), "notebook", *arguments])

    told = json.loads(run("--list", "--json").stdout)
    assert len(told["notebooks"]) == 8 and told["notebooks"][0] == "1_first_look.ipynb"
    assert "There is no corpus" in run(path=tmp_path / "none.db").output
    started: list[Any] = []
    monkeypatch.setattr("os.execv", lambda path, arguments: started.append(arguments))
    monkeypatch.setattr("workbench.jupyter.find_spec", lambda name: object())
    monkeypatch.setenv("CORPUS_DB", "")
    assert run("--to", str(tmp_path / "mine"), "--no-browser").exit_code == 0
    assert {"jupyterlab", "--no-browser", "--ip=127.0.0.1"} <= set(started[0])
    monkeypatch.setattr("workbench.jupyter.find_spec", lambda name: None)
    assert "council-corpus[notebooks]" in run().output
