"""Suggested terms: learnt from the corpus alone, the same each time, new to the codebook."""

import json
import os
import random
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from coding.run import find
from coding.run_suggest import keep
from coding.suggest import TooLittleText, clauses, suggest
from corpus.codebook import Codebook
from corpus.forget import forget
from corpus.store import Store
from extract.run import extract

ROOT = Path(__file__).resolve().parents[2]
NOUNS = "library bin road park budget school roof lamp river bridge tree shop bus sport"
VERBS = "opens closes moves costs shows needs keeps"
FRAMES = (
    "The council uses {} to find households in arrears early",
    "Officers said that {} flags families before a crisis",
    "We bought {} and it sorts cases by need and urgency",
    "With {} officers find arrears early and sort urgent cases",
)


@pytest.fixture
def learnt(store: Store, folder: Any, bring_in: Any, codebook: Codebook) -> Store:
    """Papers in which `neural triage` keeps the company of predictive models."""
    rng = random.Random(1)
    files = {}
    for number in range(20):
        lines = []
        for _ in range(40):
            name = rng.choice(("predictive model", "neural triage"))
            lines.append(rng.choice(FRAMES).format(name) + ".")
            for _ in range(3):
                first, second = rng.choices(NOUNS.split(), k=2)
                lines.append(f"The {first} {rng.choice(VERBS.split())} beside the {second} again.")
        files[f"{number:02d}.txt"] = " ".join(lines)
    bring_in(folder(files))
    extract(store, codebook, jobs=1)
    find(store, codebook)
    return store


def test_a_term_in_the_same_company_comes_first(learnt: Store, codebook: Codebook) -> None:
    found = suggest(learnt.db.conn, codebook, limit=40)
    phrases = [each.phrase for each in found.suggestions]
    assert "neural triage" in phrases[:5]
    triage = found.suggestions[phrases.index("neural triage")]
    assert triage.nearest in ("predictive model", "predictive analytic")
    assert triage.code == "predictive" and triage.nearness > 0.5
    assert triage.count >= 5 and triage.documents >= 2
    assert "neural triage" in triage.example
    text = learnt.value("select text from pages where page = ?", (triage.page,))
    assert "neural triage" in text
    assert found.words > 2000 and found.documents == 20


def test_what_is_kept_replaces_what_was_and_goes_with_any_forgotten_paper(
    learnt: Store, codebook: Codebook
) -> None:
    keep(learnt, suggest(learnt.db.conn, codebook, limit=5).suggestions)
    found = suggest(learnt.db.conn, codebook, limit=12).suggestions
    keep(learnt, found)
    rows = learnt.rows("select * from suggestions order by score desc, phrase")
    assert [row["phrase"] for row in rows] == [each.phrase for each in found]
    assert "example" not in rows[0], "no text is kept twice"
    assert found[0].document
    forget(learnt, [found[0].document], "asked to")
    assert learnt.value("select count(*) from suggestions") == 0


def test_nothing_the_codebook_matches_is_suggested(learnt: Store, codebook: Codebook) -> None:
    from corpus.language.lexicon import Lexicon

    found = suggest(learnt.db.conn, codebook, limit=500)
    lexicon = Lexicon(codebook)
    assert found.suggestions
    for each in found.suggestions:
        assert not lexicon.hits(each.phrase)
        assert each.phrase not in ("predictive", "model", "the", "was")
    scores = [each.score for each in found.suggestions]
    assert scores == sorted(scores, reverse=True)


@pytest.mark.parametrize("seed", ["1", "2"])
def test_the_same_corpus_gives_the_same_bytes(
    learnt: Store, codebook: Codebook, codebook_text: str, tmp_path: Path, seed: str
) -> None:
    expected = [each.as_row() for each in suggest(learnt.db.conn, codebook, limit=20).suggestions]
    learnt.db.conn.commit()
    path = tmp_path / "codebook.yaml"
    path.write_text(codebook_text, encoding="utf-8")
    code = (
        "import json, pathlib, sys; from coding.suggest import suggest; "
        "from corpus.codebook import load_codebook; from corpus.store import reading\n"
        "with reading(pathlib.Path(sys.argv[1])) as store:\n"
        "    found = suggest(store.db.conn, load_codebook(pathlib.Path(sys.argv[2])), limit=20)\n"
        "print(json.dumps([each.as_row() for each in found.suggestions]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(learnt.path), str(path)],
        cwd=ROOT,
        env=os.environ | {"PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(done.stdout) == expected


def test_too_little_text_is_said(store: Store, codebook: Codebook) -> None:
    with pytest.raises(TooLittleText, match="corpus build"):
        suggest(store.db.conn, codebook)


def test_a_code_without_terms_here_is_said(learnt: Store, codebook: Codebook) -> None:
    with pytest.raises(TooLittleText, match="`acme`"):
        suggest(learnt.db.conn, codebook, code="acme")


def test_no_phrase_goes_over_a_stop() -> None:
    assert clauses("Risk. Score (high); early\n\nhelp") == [
        ["risk"],
        ["score"],
        ["high"],
        ["early"],
        ["help"],
    ]
