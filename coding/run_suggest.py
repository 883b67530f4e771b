"""Keeps suggested terms in the corpus, where the site shows them."""

from coding.suggest import Suggestion
from corpus.store import Store

KEPT = (
    *("phrase", "score", "count", "documents", "in_passages"),
    *("nearest", "code", "nearness", "log_likelihood", "log_ratio"),
)
"""Of a suggestion; its example is found again by its words, so that no text is kept twice."""


def keep(store: Store, suggestions: tuple[Suggestion, ...]) -> None:
    """Make the table hold these suggestions alone."""
    rows = [{name: each.as_row()[name] for name in KEPT} for each in suggestions]
    with store.db.atomic():
        store.db.execute("delete from suggestions")
        store.db.table("suggestions").insert_all(rows)
