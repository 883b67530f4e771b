"""What is published of a corpus: what the list names, screened, and nothing else."""

import csv
import json
import sqlite3
import stat
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from corpus.describe import TABLES
from corpus.errors import BadStudy, CorpusError, ForeignDatabase
from corpus.published import ADDED, is_published
from corpus.store import reading, writing
from corpus.study import Study
from publish.public import allowlist, verify
from publish.public.allowlist import BadAllowlist, allowed
from publish.public.coders import unnamed
from publish.public.cuts import Cutting
from publish.public.policy import extents
from publish.public.publication import publish
from publish.public.takedowns import decisions, takedowns
from publish.public.treatments import _bare, evidence
from tests.publish.publication import (
    SECRETS,
    UNSURE,
    Out,
    empty_study,
    publication,
    republish,
)
from tests.publish.site_corpus import make


def ask(path: Path, sql: str, *values: object) -> list[tuple[object, ...]]:
    connection = sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)
    try:
        return connection.execute(sql, values).fetchall()
    finally:
        connection.close()


@pytest.mark.parametrize("name", sorted(SECRETS))
def test_what_must_not_get_out_is_nowhere_in_the_file(out: Out, name: str) -> None:
    written = out.public.read_bytes()
    assert SECRETS[name].encode() in out.made.path.read_bytes() or name == "coder"
    assert SECRETS[name].encode() not in written
    assert SECRETS[name].lower().encode() not in written.lower()


def test_nothing_of_the_machine_is_in_the_file(out: Out) -> None:
    written = out.public.read_bytes()
    assert str(out.made.path.parent).encode() not in written
    assert b"file:" not in written and b"/home/" not in written


def test_the_list_names_what_exists_and_each_column_once() -> None:
    listed = allowed()
    assert set(listed.tables) <= set(TABLES)
    assert {name: tuple(t.columns) for name, t in listed.added.items()} == ADDED
    absent = set(listed.absent())
    for secret in ("codings.note", "documents.url", "files.path", "pages.furniture", "links.by"):
        table, column = secret.split(".")
        assert ((table, column) in absent) == (secret != "documents.url")
    assert {table for table, _ in absent} >= {"visits", "page_words", "page_tables", "signatures"}


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"zebras": {"plain": ["x"]}}, "no corpus has"),
        ({"codes": {"plain": ["code", "code"]}}, "twice"),
        ({"codes": {"plain": ["stripes"]}}, "not exist"),
        ({"codes": {"painted": ["code"]}}, "unknown treatment"),
    ],
)
def test_a_wrong_list_is_refused(given: dict[str, dict[str, list[str]]], told: str) -> None:
    ((table, columns),) = given.items()
    with pytest.raises(BadAllowlist, match=told):
        allowlist._columns(table, columns)


def test_columns_are_those_of_the_list(out: Out) -> None:
    for table in (*allowed().tables, *allowed().added):
        held = [row[1] for row in ask(out.public, f'pragma table_info("{table}")')]
        assert held == allowed().columns(table), table
    names = {r[0] for r in ask(out.public, "select name from sqlite_master where type = 'table'")}
    assert not names & {"visits", "page_words", "page_tables", "signatures"}


def test_full_text_and_extracts_by_the_licence(out: Out) -> None:
    ((notice,),) = ask(out.public, "select text from pages where page = ?", out.ids["notice"])
    assert notice == (
        "A tool for predictive analytics. Contact [name withheld], [address withheld], Netherby "
        "or [e-mail withheld]; National Insurance [National Insurance number withheld]. "
        "Bids by 1 May 2024."
    )
    ((paper,),) = ask(out.public, "select text from pages where page = ?", out.ids["paper"])
    assert paper == (
        "\n[…]\nThe council uses predictive analytics to find people. The tenant, "
        "[name withheld], objected.\n[…]\n"
    )
    told = dict(ask(out.public, "select page, extent from page_extents"))
    assert told[out.ids["notice"]] == "full" and told[out.ids["paper"]] == "extracts"
    assert told[out.made.second_page] == "none" and told[out.ids["gone-page"]] == "withheld"
    assert ask(out.public, "select text from pages where page = ?", out.made.second_page) == [
        (None,)
    ]


def test_places_move_with_the_text(out: Out) -> None:
    rows = ask(
        out.public,
        'select m.quote, substr(p.text, m.start + 1, m."end" - m.start), s.text, '
        'substr(p.text, s.start + 1, s."end" - s.start) from mentions m join pages p using (page) '
        "join passages s on s.page = p.page where p.page in (?, ?, ?)",
        *(out.ids[name] for name in ("notice", "paper", "unsure")),
    )
    assert len(rows) == 3
    for quote, there, text, passage in rows:
        assert quote == there == "predictive analytics" and text == passage


def test_what_is_unsure_takes_its_lines_with_it_and_is_listed(out: Out) -> None:
    ((text,),) = ask(out.public, "select text from pages where page = ?", out.ids["unsure"])
    assert "Barraclose" not in text and "Dell Lane" not in text and "visited" not in text
    assert "until a person has decided" in text and text.endswith("analytics stays.")
    assert out.done.undecided() == 2 and out.done.listing is not None
    with out.done.listing.open(encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    assert [row["words"] for row in rows[:2]] == ["8 Dell Lane", "Glenholm Barraclose"]
    assert {row["how"] for row in rows} == {"undecided", "rule", "request"}
    assert stat.S_IMODE(out.done.listing.stat().st_mode) == 0o600
    summary = ask(out.public, "select how, sum(times) from withheld group by how order by 1")
    assert summary[-1] == ("undecided", 2) and len(summary) == 3


def test_systems_are_published_without_who_judged_or_what_they_said(out: Out) -> None:
    systems = ask(out.public, "select system, status_how from systems order by 1")
    assert systems == [("abc-p_lantern", "coded by coder-1"), ("ken-p_lantern", "coded by coder-1")]
    reasons = [str(row[0]) for row in ask(out.public, "select reason from system_steps")]
    assert len(reasons) == 3 and all(r.endswith(", accepted by a person") for r in reasons)
    (how, *_) = [row[0] for row in ask(out.public, "select how from entity_names where how <> ''")]
    assert str(how).endswith("(a person, 2026-01-02)")


@pytest.mark.parametrize(
    ("told", "published"),
    [
        ("coded by olga", "coded by coder-1"),
        ("coded by anna, of the county", "coded by a person"),
        ("notice", "notice"),
        ("both name it, refused by anna: she told me so", "both name it, refused by a person"),
        ("the same words, accepted by olga", "the same words, accepted by coder-1"),
        ("one firm, renamed (olga, 2026-01-02)", "one firm, renamed (coder-1, 2026-01-02)"),
        ("the name (with a bracket, 12)", "the name (with a bracket, 12)"),
        ("", ""),
        (None, None),
    ],
)
def test_who_judged_is_a_number_or_a_person(told: str | None, published: str | None) -> None:
    assert unnamed(told, {"olga": "coder-1"}) == published


def test_a_system_of_documents_that_were_taken_down_is_not_there(tmp_path: Path) -> None:
    out = publication(tmp_path)
    with writing(out.made.path, "test") as store, store.db.atomic():
        title = "A title that was taken down"
        store.db.execute("update documents set title = ? where document = 'taken-1'", (title,))
        for name in ("ken-gone", "ken-p_lantern"):
            store.db.table("systems").upsert({"system": name, "name": title}, pk="system")
        row = {"step": "ken-gone--taken-1", "system": "ken-gone", "document": "taken-1"}
        store.db.table("system_steps").insert(row)
    assert not republish(out).problems
    assert ask(out.public, "select system, name from systems where system like 'ken-%'") == [
        ("ken-p_lantern", None)
    ]


def test_an_index_that_is_missing_is_told(out: Out, tmp_path: Path) -> None:
    copy = tmp_path / "public.db"
    copy.write_bytes(out.public.read_bytes())
    with sqlite3.connect(copy) as connection:
        names = [row[0] for row in connection.execute("select name from sqlite_master")]
        assert "idx_coverage_council_month" in names, "what m020 made is published"
        connection.execute("drop index idx_coverage_council_month")
    connection.close()
    with reading(out.made.path) as store:
        problems = verify.verify(copy, store, out.done.told)
    assert problems == ["the index idx_coverage_council_month of coverage is missing"]


def _decide(out: Out, decision: str, tmp_path: Path) -> str:
    """Publish with a decision on every open item; return the page."""
    assert out.done.listing is not None
    with out.done.listing.open(encoding="utf-8") as stream:
        items = [row["item"] for row in csv.DictReader(stream) if row["how"] == "undecided"]
    study = empty_study(tmp_path / "study")
    lines = [f"{item},{decision},reader,2026-02-01," for item in items]
    text = "\n".join(["item,decision,by,decided_on,note", *lines, ""])
    (study.folder / "privacy.csv").write_text(text, encoding="utf-8")
    target = tmp_path / "public.db"
    with reading(out.made.path) as store:
        done = publish(store, study, target)
    assert done.undecided() == 0
    ((found,),) = ask(target, "select text from pages where page = ?", out.ids["unsure"])
    return str(found)


def test_a_person_lets_it_through_or_keeps_it_back(out: Out, tmp_path: Path) -> None:
    assert _decide(out, "publish", tmp_path) == UNSURE
    (tmp_path / "again").mkdir()
    kept = _decide(out, "withhold", tmp_path / "again")
    assert "[name withheld], [address withheld]\nwas visited" in kept


def test_takedowns_reach_everything(out: Out) -> None:
    for table in allowed().tables:
        rows = ask(out.public, f'select * from "{table}"')
        told = [value for row in rows for value in row if isinstance(value, str)]
        if table != "tombstones":
            assert not [v for v in told if v.startswith(out.ids["taken-sha256"][:16])], table
            assert "taken-1" not in told, table
    assert ask(out.public, "select at from tombstones where document = 'taken-1'") == [
        ("2026-01-02",)
    ]
    assert ask(out.public, "select rowid from pages_fts where pages_fts match 'zanzibarian'") == []
    sql = "select quote, before, start from mentions where page = ?"
    assert ask(out.public, sql, out.ids["gone-page"]) == [("[withheld]", "", 0)]
    sql = "select text from passages where page = ?"
    assert ask(out.public, sql, out.ids["gone-page"]) == [("[withheld on request]",)]


def test_people_who_coded_are_numbers(out: Out) -> None:
    sql = "select coder, value, quote from codings"
    assert ask(out.public, sql) == [("coder-1", "yes", "predictive analytics")]
    labels = ask(out.public, "select label_by from topics order by number")
    assert labels == [("terms",), ("coder-1",)]


def test_addresses_are_of_the_web_alone(out: Out) -> None:
    found = ask(out.public, "select url, origin_url from documents where document = 'notice-1'")
    assert found == [(None, "https://example.org/a")]
    urls = {
        row[0] for row in ask(out.public, "select url from documents union select url from sources")
    }
    assert not [url for url in urls if url and not url.startswith("https://")]


def test_failures_of_what_is_not_published_are_left_out(out: Out) -> None:
    subjects = {row[0] for row in ask(out.public, "select subject from failures")}
    assert subjects == {out.ids["paper-sha256"], out.made.pdf_hash}


def test_the_same_corpus_gives_the_same_bytes(out: Out) -> None:
    before = out.public.read_bytes()
    republish(out)
    assert out.public.read_bytes() == before


def test_a_dry_run_keeps_nothing(out: Out, tmp_path: Path) -> None:
    target = tmp_path / "public.db"
    with reading(out.made.path) as store:
        done = publish(store, out.study, target, dry_run=True)
    assert not target.exists() and done.told.tables == out.done.told.tables
    assert [path.name for path in tmp_path.iterdir()] == ["public-withheld.csv"]
    assert json.loads(json.dumps(done.as_dict()))["published"] is False


def test_the_corpus_is_only_read(out: Out) -> None:
    before = out.made.path.read_bytes()
    republish(out)
    assert out.made.path.read_bytes() == before


def test_a_published_corpus_is_read_and_never_written(out: Out) -> None:
    with reading(out.public) as store:
        assert is_published(store.db.conn)
        (page,) = store.rows("select furniture, text from pages where number = 1 limit 1")
        assert page["furniture"] is None
        assert store.rows("select * from visits") == []
    with pytest.raises(ForeignDatabase, match="only read"), writing(out.public, "test"):
        pass


@pytest.mark.parametrize(
    ("harm", "told"),
    [
        ("create table visits (url text)", "visits is not on the list"),
        ("alter table files add column path text", "columns of files"),
        ("update documents set title = 'mail doreen.h@mail.example' where rowid = 1", "takes out"),
        ("update documents set title = 'file:///home/olga/x'", "`file:` address"),
        ("update codings set quote = 'Olga doubts it: ring her on Tuesday about this one'", "note"),
        ("delete from files where rowid = 1", "missing row"),
        ("drop table links", "links is missing"),
    ],
)
def test_a_canary_stops_the_press(
    out: Out, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, harm: str, told: str
) -> None:
    target = tmp_path / "public.db"
    target.write_text("the one before")

    def spoil(path: Path, *given: object) -> list[str]:
        connection = sqlite3.connect(path)
        connection.execute(harm)
        connection.commit()
        connection.close()
        return verify.verify(path, *given)  # type: ignore[arg-type] # passed through

    monkeypatch.setattr("publish.public.publication.verify", spoil)
    with reading(out.made.path) as store:
        done = publish(store, out.study, target)
    assert any(told in problem for problem in done.problems), done.problems
    assert target.read_text() == "the one before"
    assert [path.name for path in tmp_path.iterdir()] == ["public.db"]


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("takedowns.csv", "item,action,reason,asked_on\nx,burn,,\n", "2: `action` is `burn`"),
        ("takedowns.csv", "item,action,reason,asked_on\n,withhold,,\n", "2: `item` is empty"),
        ("takedowns.csv", "item,action,reason,asked_on\nx,withhold,,May\n", "2: `asked_on`"),
        (
            "takedowns.csv",
            f"item,action,reason,asked_on\n{'a' * 16}-0001,forget,,\n",
            "a page alone cannot be forgotten",
        ),
        ("privacy.csv", "item,decision,by,decided_on,note\nx,maybe,,,\n", "2: `decision`"),
        (
            "privacy.csv",
            "item,decision,by,decided_on,note\nx,publish,,,\nx,withhold,,,\n",
            "3: `x` is decided twice",
        ),
    ],
)
def test_wrong_decisions_name_file_and_line(
    tmp_path: Path, name: str, text: str, told: str
) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    with pytest.raises(BadStudy, match=told):
        takedowns(tmp_path) if name == "takedowns.csv" else decisions(tmp_path)


@pytest.mark.parametrize(
    ("licence", "extent"),
    [
        ("Open Government Licence v3.0", "full"),
        ("CC0-1.0", "full"),
        ("CC BY 4.0", "full"),
        ("Set by each council, most often the Open Government Licence", "extracts"),
        ("Open Government Licence v3.0, mostly", "extracts"),
        ("CC BY-NC 4.0", "extracts"),
        ("", "extracts"),
        (None, "extracts"),
    ],
)
def test_a_licence_allows_the_full_text_or_extracts(
    tmp_path: Path, licence: str | None, extent: str
) -> None:
    study = empty_study(tmp_path / "study")
    assert extents(study, [{"source": "folder-x", "licence": licence}]) == {"folder-x": extent}


def test_a_source_may_say_so_itself(packaged_study: Study, out: Out) -> None:
    source = packaged_study.sources["contracts-finder"]
    study = replace(out.study, sources={"contracts-finder": replace(source, republish="none")})
    rows = [{"source": "contracts-finder", "licence": None}]
    assert extents(study, rows) == {"contracts-finder": "none"}


def test_the_target_must_be_another_file(tmp_path: Path) -> None:
    made = make(tmp_path / "corpus.db")
    study = empty_study(tmp_path / "study")
    with reading(made.path) as store:
        for target, told in (
            (made.path, "the corpus itself"),
            (tmp_path / "nowhere" / "public.db", "does not exist"),
            (tmp_path / "study", "is a folder"),
        ):
            with pytest.raises(CorpusError, match=told):
                publish(store, study, target)


def test_the_command_says_what_it_did(tmp_path: Path, study_folder: Path) -> None:
    from workbench.main import main

    made = publication(tmp_path).made
    given = ["--corpus", str(made.path), "--study", str(study_folder), "publish"]
    run = CliRunner().invoke(main, [*given, "--dry-run"])
    assert run.exit_code == 0, run.output
    assert "would be published" in run.output and "for a person to decide" in run.output
    run = CliRunner().invoke(main, [*given, "--json", "--output", str(tmp_path / "p.db")])
    told = json.loads(run.stdout)
    assert run.exit_code == 0 and told["published"] and told["tables"]["documents"] == 8
    assert "Doreen" not in run.stdout and (tmp_path / "p.db").is_file()


def test_what_is_to_be_forgotten_is_erased_and_stays_away(
    tmp_path: Path, study_folder: Path
) -> None:
    from workbench.main import main

    out = publication(tmp_path)
    lines = "item,action,reason,asked_on\ntaken-1,forget,asked for,\nnever-was,forget,,\n"
    (study_folder / "takedowns.csv").write_text(lines, encoding="utf-8")
    done = republish(out)
    assert done.to_forget == ["taken-1"] and done.gone == ["never-was"]
    given = ["--corpus", str(out.made.path), "--study", str(study_folder), "forget"]
    assert CliRunner().invoke(main, given).exit_code == 2
    assert CliRunner().invoke(main, [*given, "x", "--takedowns", "--reason", "y"]).exit_code == 2
    assert SECRETS["taken"].encode() in out.made.path.read_bytes()
    assert CliRunner().invoke(main, [*given, "--takedowns"]).exit_code == 0
    for path in out.made.path.parent.rglob("*"):
        if path.is_file() and path != done.listing:
            assert SECRETS["taken"].encode() not in path.read_bytes(), path
    assert republish(out).to_forget == []
    (found,) = ask(out.public, "select at from tombstones where document = 'taken-1'")
    assert found[0]
    assert CliRunner().invoke(main, [*given, "--takedowns"]).exit_code == 0


@pytest.mark.parametrize(
    ("text", "before", "after", "told"),
    [
        ("x jane.doe@kent.gov.uk y", 5, 8, ("jane.", "@kent.gov.uk")),
        ("ab cd ef", 1, 1, ("ab ", " ef")),
        ("a" * 400, 3, 3, ("aaa", "aaa")),
    ],
)
def test_words_around_a_mention_are_whole(
    text: str, before: int, after: int, told: tuple[str, str]
) -> None:
    start = text.index("doe") if "doe" in text else text.index("cd") if "cd" in text else 200
    end = start + (3 if "doe" in text else 2)
    row = {"start": start, "end": end, "before": text[start - before : start]}
    row |= {"after": text[end : end + after], "quote": text[start:end], "boxes": None}
    given = evidence(row, text, Cutting(text, []))
    assert (given["before"], given["after"]) == told


def test_half_an_address_is_none(out: Out) -> None:
    assert _bare("write to jane.doe@kent.go") == "write to [e-mail withheld]"
    assert _bare("write to jane.doe@kent.gov.uk") == "write to jane.doe@kent.gov.uk"


def test_names_that_become_one_are_one_row(out: Out) -> None:
    names = ask(out.public, "select entity, name from entity_names where entity = 'acme'")
    assert names == [("acme", "[name withheld], [address withheld]")]
