"""Concordance, collocates and keywords over a corpus: seconds, and a ratio to bare SQLite.

    python benchmarks/concordance.py corpus.db

The peer of a concordance is the bare query of the index that marks the same words; that of
keywords is scikit-learn's CountVectorizer with its own tokenizer over the same
texts. Best of three.
"""

import argparse
import json
import sqlite3
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from sklearn.feature_extraction.text import CountVectorizer

from corpus.language.collocates import collocates
from corpus.language.keyness import keyness
from corpus.language.kwic import Node, kwic
from corpus.language.selection import Selection
from corpus.language.wordcounts import documents, texts
from corpus.store import reading

WORDS = ("algorithm*", '"risk score"', "council")
MARKED = "select highlight(pages_fts, 0, '[', ']') from pages_fts where pages_fts match ?"


def best(work: Callable[[], object]) -> float:
    """Return the least seconds of three runs."""
    spent = []
    for _ in range(3):
        started = time.perf_counter()
        work()
        spent.append(time.perf_counter() - started)
    return min(spent)


def plain(connection: sqlite3.Connection) -> object:
    """Count the words of every page with scikit-learn alone."""
    found = documents(connection, Selection())
    whole = (" ".join(t for _, t in texts(connection, d, "pages")) for d in found)
    return CountVectorizer().fit_transform(whole)


def marked(connection: sqlite3.Connection, match: str) -> object:
    """Return what SQLite itself marks."""
    return connection.execute(MARKED, (match,)).fetchall()


def main() -> None:
    """Print the figures as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpus", type=Path)
    path = parser.parse_args().corpus
    with reading(path) as store:
        connection = store.db.conn
        kind = store.value("select kind from documents group by 1 order by count(*) desc limit 1")
        told: dict[str, object] = {"pages": store.value("select count(*) from pages")}
        for word in WORDS:
            node = Node(word)
            first = best(partial(kwic, connection, node, limit=50))
            every = best(partial(kwic, connection, node, sort="left", limit=50))
            bare = best(partial(marked, connection, node.match))
            told[f"kwic {word}"] = {
                "first_50_seconds": round(first, 4),
                "sorted_seconds": round(every, 4),
                "sorted_to_bare_sqlite": round(every / bare, 2),
            }
        counted = best(lambda: keyness(connection, "kind", kind, unit="pages"))
        told["keyness, all pages"] = {
            "seconds": round(counted, 2),
            "to_scikit_learn": round(counted / best(lambda: plain(connection)), 2),
        }
        passages = best(lambda: keyness(connection, "kind", kind))
        told["keyness, passages"] = {"seconds": round(passages, 3)}
        near = best(lambda: collocates(connection, Node("algorithm*")))
        told["collocates"] = {"seconds": round(near, 2)}
    print(json.dumps(told, indent=2))


if __name__ == "__main__":
    main()
