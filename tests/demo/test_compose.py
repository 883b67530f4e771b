from collections import Counter

from demo.compose import compose
from demo.shapes import World
from demo.text import is_analytics


def text_of(world: World, analytics: bool) -> list[str]:
    return [
        " ".join(block.text for block in compose(paper).blocks)
        for paper in world.papers()
        if paper.subject and is_analytics(paper.subject) == analytics
    ]


def test_composition_is_deterministic(world: World) -> None:
    for paper in list(world.papers())[:40]:
        assert compose(paper) == compose(paper)


def test_analytics_papers_are_long_enough_to_tell_topics_apart(world: World) -> None:
    lengths = [len(text.split()) for text in text_of(world, analytics=True)]
    assert min(lengths) > 350
    assert sum(lengths) / len(lengths) > 550


def test_ordinary_papers_do_not_speak_of_predictive_analytics(world: World) -> None:
    for text in text_of(world, analytics=False):
        assert "predictive" not in text and "machine learning" not in text


def test_the_terms_of_the_subject_occur(world: World) -> None:
    every = " ".join(text_of(world, analytics=True)).lower()
    for term in (
        *("predictive analytics", "data matching", "single view", "risk based verification"),
        *("risk stratification", "algorithm", "decommissioned", "does not use predictive"),
        *("bias", "data quality", "skills gap", "vendor lock-in", "public trust", "dpia"),
    ):
        assert term in every, term


def test_paragraphs_are_numbered_within_their_sections(world: World) -> None:
    report = next(paper for paper in world.papers() if paper.kind == "report")
    numbers = [block.number for block in compose(report).blocks if block.kind == "para"]
    assert numbers[0] == "1.1" and len(numbers) == len(set(numbers))


def test_no_sentence_is_everywhere(world: World) -> None:
    """The closing sections are shared, and even of those none is in every paper."""
    sentences = Counter(
        sentence
        for text in text_of(world, analytics=True)
        for sentence in set(text.split(". "))
        if len(sentence.split()) > 12
    )
    assert sentences.most_common(1)[0][1] < 60
