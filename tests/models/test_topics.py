"""Topic models: the same bit for bit, in the same order everywhere, and no better than they are."""

import json
import os
import random
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.doctor import digest
from corpus.errors import NoTopics
from corpus.store import Store, writing
from models.evaluate import (
    diversity,
    model_verdict,
    quality,
    stability,
    topic_verdict,
    verdict,
)
from models.fitting import ALGORITHMS, fit, infer
from models.keep import Kept, load, save, topic_id
from models.run import fit_model
from models.run_apply import apply_model
from models.tokens import join_phrases, learn_phrases, tokens
from models.topics import Fitted, Vocabulary, count
from models.units import FEWEST_PASSAGES
from tests.conftest import ROOT

CARE = [
    "children",
    "family",
    "social",
    "worker",
    "foster",
    "placement",
    "safeguarding",
    "neglect",
    "school",
    "support",
]
ROADS = [
    "road",
    "pothole",
    "traffic",
    "highway",
    "bus",
    "lane",
    "gritting",
    "bridge",
    "parking",
    "junction",
]
GLUE = ["committee", "report", "meeting", "noted"]
WORDS = {word: number for number, word in enumerate(CARE + ROADS)}


def planted(passages: int = 60) -> list[list[str]]:
    """Texts of two subjects, in turn."""
    chance = random.Random(7)
    return [
        chance.choices(CARE if number % 2 else ROADS, k=20) + chance.choices(GLUE, k=3)
        for number in range(passages)
    ]


def fill(store: Store, texts: list[list[str]]) -> None:
    """Put texts into a corpus as passages of documents of two years and nations."""
    store.db.table("councils").insert_all(
        [
            {"council": "KEN", "name": "Kent", "nation": "England", "type": "County"},
            {"council": "CRF", "name": "Cardiff", "nation": "Wales", "type": "Unitary"},
        ]
    )
    for number, text in enumerate(texts):
        sha256 = f"{number:064x}"
        document = f"d{number:03}"
        page = f"p{number:03}"
        store.db.table("files").insert(
            {"sha256": sha256, "document": document, "outcome": "screened"}
        )
        store.db.table("documents").insert(
            {
                "document": document,
                "sha256": sha256,
                "council": ("KEN", "CRF")[number % 2],
                "published_on": f"{2023 + number % 2}-05-01",
            }
        )
        store.db.table("pages").insert({"page": page, "sha256": sha256, "number": 1})
        store.db.table("passages").insert(
            {
                "passage": f"{page}-x",
                "page": page,
                "document": document,
                "text": " ".join(text),
                "words": len(text),
            }
        )
    store.db.conn.commit()


@pytest.fixture(scope="module")
def vocabulary() -> Vocabulary:
    return led_and_dated(Vocabulary.build(planted(), no_below=2, no_above=0.9))


def led_and_dated(vocabulary: Vocabulary) -> Vocabulary:
    """The same texts with years, and with a code for each subject."""
    numbers = {word: number for number, word in enumerate(vocabulary.words)}
    guides = tuple(
        (code, tuple(sorted(numbers[word] for word in words[:2])))
        for code, words in (("care", CARE), ("roads", ROADS))
    )
    years = tuple(str(2023 + (number >= 30)) for number in range(len(vocabulary)))
    return replace(vocabulary, years=years, guides=guides)


@pytest.fixture(scope="module", params=sorted(ALGORITHMS))
def fitted(request: pytest.FixtureRequest, vocabulary: Vocabulary) -> Fitted:
    return fit(vocabulary, 2, 1, request.param)


@pytest.fixture(scope="module")
def modelled(tmp_path_factory: pytest.TempPathFactory):
    """A corpus with a fitted model."""
    with writing(tmp_path_factory.mktemp("topics") / "corpus.db", "test") as store:
        fill(store, planted())
        done = fit_model(store, k=2)
        assert done.fitted and done.inferred == 60 and done.topics == 2
        yield store


def test_two_planted_subjects_are_told_apart(fitted: Fitted, vocabulary: Vocabulary) -> None:
    top = [{word for word, _ in topic} for topic in fitted.top(8)]
    assert sorted(len(words & set(CARE)) for words in top) == [0, 8]
    assert sorted(len(words & set(ROADS)) for words in top) == [0, 8]
    strongest = infer(fitted, vocabulary.bows).argmax(axis=1)
    assert set(strongest[::2]) != set(strongest[1::2])
    assert len(set(strongest[::2])) == len(set(strongest[1::2])) == 1


def test_shares_are_shares(fitted: Fitted, vocabulary: Vocabulary) -> None:
    assert fitted.shares().sum(axis=1) == pytest.approx([1, 1], abs=1e-4)
    shares = infer(fitted, [*vocabulary.bows, []])
    assert shares.min() >= 0
    assert shares.sum(axis=1) == pytest.approx(np.ones(61), abs=1e-4)
    nothing = pytest.approx([0.5, 0.5], abs=0.03 if fitted.priors is not None else 1e-6)
    assert shares[-1] == nothing  # of a text of unknown words only the priors are known


@settings(max_examples=15, deadline=None)
@given(st.lists(st.integers(0, 59), min_size=1, max_size=8))
def test_a_texts_topics_depend_on_the_text_alone(
    fitted: Fitted, vocabulary: Vocabulary, chosen: list[int]
) -> None:
    alone = [infer(fitted, [vocabulary.bows[number]])[0] for number in chosen]
    together = infer(fitted, [vocabulary.bows[number] for number in chosen])
    assert np.array_equal(np.array(alone), together)


def test_topics_are_numbered_by_the_words_they_hold(fitted: Fitted) -> None:
    shares = infer(fitted, Vocabulary.build(planted(), no_below=2, no_above=0.9).bows)
    sizes = shares.sum(axis=0)
    assert sizes[0] >= sizes[1] * 0.95


def test_a_kept_model_is_the_same_model(fitted: Fitted, tmp_path: Path) -> None:
    save(tmp_path / "m", Kept(fitted, {"social_worker": 0.9}, {"k": 2}))
    back = load(tmp_path / "m")
    assert back.fitted.words == fitted.words and back.fitted.seed == fitted.seed
    assert np.array_equal(back.fitted.topic_words, fitted.topic_words)
    assert back.fitted.top(10) == fitted.top(10)
    assert (back.phrases, back.options) == ({"social_worker": 0.9}, {"k": 2})
    assert {p.name for p in tmp_path.iterdir()} == {"m"}


def test_figures_of_a_model_lie_within_their_bounds(fitted: Fitted, vocabulary: Vocabulary) -> None:
    found = quality(fitted, planted())
    assert -1 <= found.npmi <= 1 and 0 <= found.c_v <= 1 and 0 < found.diversity <= 1
    assert found.score == found.npmi * found.diversity
    assert all(0 <= share <= 1 for share in stability(fitted, vocabulary))
    assert all(0 <= share <= 1 for share in found.topic_exclusivity)


@pytest.mark.parametrize("algorithm", ["nmf", "lda"])
def test_clear_subjects_are_stable_and_noise_is_not(vocabulary: Vocabulary, algorithm: str) -> None:
    fitted = fit(vocabulary, 2, 1, algorithm)
    chance = random.Random(3)
    words = [f"{a}{b}" for a in "bcdfghjkl" for b in ("alpha", "beta", "gamma", "delta")]
    noise = Vocabulary.build([chance.choices(words, k=20) for _ in range(60)], 2, 0.9)
    chaos = stability(fit(noise, 6, 1, fitted.algorithm), noise)
    assert np.mean(stability(fitted, vocabulary)) > 0.6 > np.mean(chaos)


def test_diversity_is_the_share_of_different_words() -> None:
    words = tuple("abcd")
    same = Fitted(words, np.array([[4, 3, 2, 1], [4, 3, 2, 1]], dtype=np.float32), 1)
    apart = Fitted(words, np.array([[4, 3, 0, 0], [0, 0, 4, 3]], dtype=np.float32), 1)
    assert diversity(same, top=2) == 0.5
    assert diversity(apart, top=2) == 1.0


@pytest.mark.parametrize(
    ("passages", "stable", "npmi", "begins"),
    [
        (5000, 0.2, 0.3, "Do not use"),
        (50, 0.9, 0.3, "With care: 50"),
        (5000, 0.4, 0.3, "With care"),
        (5000, 0.9, 0.0, "With care"),
        (5000, 0.9, 0.3, "Use:"),
    ],
)
def test_a_verdict_says_what_the_figures_allow(
    passages: int, stable: float, npmi: float, begins: str
) -> None:
    assert verdict(passages, stable, npmi).startswith(begins)


@pytest.mark.parametrize(
    ("passages", "documents", "stable", "npmi", "said"),
    [
        (20, 10, 0.8, 0.2, "use"),
        (20, 2, 0.8, 0.2, "with care"),
        (4, 4, 0.8, 0.2, "with care"),
        (20, 10, 0.4, 0.2, "with care"),
        (20, 10, 0.8, -0.1, "do not use"),
        (0, 0, 0.8, 0.2, "do not use"),
    ],
)
def test_a_topics_verdict_is_as_its_figures_allow(
    passages: int, documents: int, stable: float, npmi: float, said: str
) -> None:
    assert topic_verdict(passages, documents, stable, npmi) == said


def test_a_model_is_no_better_than_the_topics_most_passages_lie_in() -> None:
    use = verdict(5000, 0.9, 0.3)
    assert model_verdict(use, 1, 0.2) == use
    told = model_verdict(use, 2, 0.57)
    assert told.startswith("With care: 2 of its topics") and "57%" in told
    worse = verdict(5000, 0.2, 0.3)
    assert model_verdict(worse, 5, 1.0) == worse


def test_tokens_are_lemmas_without_stop_words_and_numbers() -> None:
    assert tokens("The councils were matching 25 datasets of FAMILIES in it.") == [
        "council",
        "match",
        "dataset",
        "family",
    ]


def test_phrases_are_words_that_stand_together_more_than_chance() -> None:
    texts = [["risk", "score", other] for other in CARE * 3] + [[word] for word in ROADS * 3]
    phrases = learn_phrases(texts)
    assert set(phrases) == {"risk_score"}
    assert list(join_phrases([["risk", "score", "road"]], phrases)) == [["risk_score", "road"]]


@given(st.lists(st.lists(st.sampled_from([*sorted(WORDS), "unknown"]), max_size=9), max_size=5))
def test_counting_keeps_known_words_and_their_number(texts: list[list[str]]) -> None:
    words = tuple(sorted(WORDS))
    for text, bow in zip(texts, count(texts, words), strict=True):
        assert {words[number]: times for number, times in bow} == {
            word: text.count(word) for word in text if word in WORDS
        }
        assert bow == sorted(bow)


def test_numbers_terms_and_labels_are_the_same_in_table_and_file(modelled: Store) -> None:
    (row,) = modelled.rows("select * from topic_models")
    assert row["model"].startswith("nmf-2-1-") and row["chosen"] == 1
    kept = load(modelled.files.folder / "models" / row["model"]).fitted
    for number, top in enumerate(kept.top(30), 1):
        topic = topic_id(row["model"], number)
        terms = modelled.rows(
            "select term, weight from topic_terms where topic = ? order by rank", (topic,)
        )
        assert [term["term"] for term in terms] == [w.replace("_", " ") for w, _ in top]
        label = modelled.value("select label from topics where topic = ?", (topic,))
        assert label == ", ".join(term["term"] for term in terms[:3])
    assert modelled.value("select sum(passages) from topics") == 60
    assert modelled.value("select sum(weight) from topics") == pytest.approx(1, abs=0.05)


def test_every_passage_has_its_topics_and_they_sum_to_one(modelled: Store) -> None:
    sums = modelled.rows("select sum(weight) as s from passage_topics group by passage")
    assert len(sums) == 60
    assert all(row["s"] == pytest.approx(1, abs=0.02) for row in sums)


def test_trends_stand_beside_the_number_searched(modelled: Store) -> None:
    modelled.db.table("files").insert({"sha256": "f" * 64, "outcome": "screened"})
    modelled.db.table("documents").insert(
        {"document": "silent", "sha256": "f" * 64, "council": "KEN", "published_on": "2023-01-01"}
    )
    modelled.db.execute("delete from passage_topics where passage = 'p000-x'")
    modelled.db.conn.commit()
    assert apply_model(modelled).inferred == 1
    rows = modelled.rows("select * from topic_trends")
    searched = {(row["dimension"], row["value"]): row["searched"] for row in rows}
    assert searched == {
        ("year", "2023"): 31,
        ("year", "2024"): 30,
        ("nation", "England"): 31,
        ("nation", "Wales"): 30,
        ("type", "County"): 31,
        ("type", "Unitary"): 30,
        ("kind", "paper"): 61,
    }
    for dimension in ("year", "nation", "type", "kind"):
        assert sum(row["passages"] for row in rows if row["dimension"] == dimension) == 60
    for row in rows:
        assert 0 <= row["low"] <= row["documents"] / row["searched"] <= row["high"] <= 1


def test_applying_again_does_nothing(modelled: Store) -> None:
    apply_model(modelled)
    before = modelled.db.conn.total_changes
    assert apply_model(modelled).inferred == 0
    assert modelled.db.conn.total_changes == before


def test_without_a_chosen_model_nothing_is_applied(store: Store) -> None:
    assert apply_model(store).note == "no topic model is chosen"


@pytest.mark.parametrize("texts", [0, FEWEST_PASSAGES - 1])
def test_too_few_passages_are_no_topics(store: Store, texts: int) -> None:
    fill(store, planted(texts))
    with pytest.raises(NoTopics, match=f"{texts} passages are too few"):
        fit_model(store)
    assert store.rows("select * from topic_models") == []


def test_passages_that_say_the_same_are_no_topics(store: Store) -> None:
    fill(store, [CARE] * 40)
    with pytest.raises(NoTopics, match="differ too little"):
        fit_model(store)


def test_more_topics_than_the_passages_can_tell_apart_are_refused(store: Store) -> None:
    fill(store, planted(40))
    with pytest.raises(NoTopics, match="200 topics"):
        fit_model(store, k=200)


FIT = """
import sys
from dataclasses import replace
from pathlib import Path
from corpus.doctor import digest
from corpus.store import writing
from models.run import fit_model
from tests.models.test_topics import fill, planted
import json, hashlib
with writing(Path(sys.argv[1]), "topics") as store:
    fill(store, planted(36))
    fit_model(store, k=3)
    models = sorted((store.files.folder / "models").rglob("*.*"))
    files = {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in models}
    print(json.dumps({"digest": digest(store), "files": files}))
"""


def test_the_same_passages_give_the_same_model_bit_for_bit(tmp_path: Path) -> None:
    running = []
    for seed, threads in (("1", "1"), ("2", "2")):
        environment = os.environ | {
            "PYTHONHASHSEED": seed,
            "OMP_NUM_THREADS": threads,
            "OPENBLAS_NUM_THREADS": threads,
            "PYTHONPATH": str(ROOT),
        }
        folder = tmp_path / seed
        folder.mkdir()
        running.append(
            subprocess.Popen(
                [sys.executable, "-c", FIT, str(folder / "corpus.db")],
                stdout=subprocess.PIPE,
                text=True,
                env=environment,
                cwd=ROOT,
            )
        )
    answers = [json.loads(process.communicate()[0]) for process in running]
    assert answers[0] == answers[1]
    arrays = {"topic_words.npy", "background.npy", "idf.npy", "damping.npy", "passages.npy"}
    assert set(answers[0]["files"]) == arrays | {"model.json"}


def test_a_fit_of_the_same_name_replaces_the_one_before(modelled: Store) -> None:
    before = digest(modelled)
    fit_model(modelled, k=2)
    assert digest(modelled) == before
    assert modelled.value("select count(*) from topic_models") == 1
