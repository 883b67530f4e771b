"""How well the site ranks, against bare FTS5, on a test collection with relevance judgements.

    python benchmarks/search.py --docs D.jsonl --queries Q.jsonl --qrels TREC.txt [--json FILE]

D.jsonl: a document a line (id, title, text); Q.jsonl: a query a line (id, text); TREC.txt: query,
iteration, document, relevance. The documents become pages of a corpus in a temporary folder, which
is indexed as `corpus build` does it. Measured: the site's ranking by meaning, the site's choice (by
words where a query has quotes or operators), and bare FTS5 (Porter, `bm25()`, any word of the query
but 33 stop words). nDCG@10 with the judgement as gain, MAP over 1,000 and recall at 100 as
trec_eval defines them, over the queries that have a relevant document; milliseconds a query, median
and 95th percentile.
"""

import argparse
import json
import math
import re
import sqlite3
import statistics
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from corpus.retrieval.finding import find
from corpus.retrieval.meaning import index_of, rank
from corpus.retrieval.search import Filters
from corpus.store import Store, reading, writing
from models.run_semantics import understand

DEPTH = 1000
STOP = frozenset(
    [
        *("a", "an", "and", "are", "as", "at", "be", "but", "by", "for", "if", "in", "into", "is"),
        *("it", "no", "not", "of", "on", "or", "such", "that", "the", "their", "then", "there"),
        *("these", "they", "this", "to", "was", "will", "with"),
    ]
)
"""Lucene's, as in the published baselines."""
Judged = dict[str, dict[str, int]]
Ranking = Callable[[str], list[str]]
Row = dict[str, Any]


def lines(path: Path) -> list[Row]:
    """Return the objects of a JSON Lines file."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line]


def judgements(path: Path) -> Judged:
    """Return query → document → relevance."""
    found: Judged = defaultdict(dict)
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.strip():
            query, _, document, relevance = line.split()
            found[query][document] = int(relevance)
    return dict(found)


def ndcg(ranked: list[str], judged: dict[str, int], most: int = 10) -> float:
    """Return the normalised discounted cumulative gain: gain / log2(rank + 1)."""
    gains = [max(judged.get(document, 0), 0) for document in ranked[:most]]
    ideal = sorted((max(gain, 0) for gain in judged.values()), reverse=True)[:most]
    return _discounted(gains) / _discounted(ideal)


def _discounted(gains: Iterable[int]) -> float:
    return sum(gain / math.log2(rank + 1) for rank, gain in enumerate(gains, 1))


def average_precision(ranked: list[str], judged: dict[str, int]) -> float:
    """Return the mean, over the relevant documents, of the precision where each is found."""
    relevant = {document for document, gain in judged.items() if gain > 0}
    found, total = 0, 0.0
    for place, document in enumerate(ranked[:DEPTH], 1):
        if document in relevant:
            found += 1
            total += found / place
    return total / len(relevant)


def recall(ranked: list[str], judged: dict[str, int], most: int = 100) -> float:
    """Return the share of the relevant documents among the first."""
    relevant = {document for document, gain in judged.items() if gain > 0}
    return len(relevant & set(ranked[:most])) / len(relevant)


def measured(queries: list[Row], judged: Judged, ranking: Ranking) -> dict[str, float]:
    """Return the figures of a ranking over the queries that have something to find."""
    asked = [q for q in queries if any(gain > 0 for gain in judged.get(q["id"], {}).values())]
    scores, seconds = [], []
    for query in asked:
        started = time.perf_counter()
        ranked = ranking(query["text"])
        seconds.append(time.perf_counter() - started)
        its = judged[query["id"]]
        scores.append((ndcg(ranked, its), average_precision(ranked, its), recall(ranked, its)))
    columns = [round(statistics.fmean(column), 4) for column in zip(*scores, strict=True)]
    slow = sorted(seconds)[int(len(seconds) * 0.95)]
    return dict(zip(("ndcg_10", "map", "recall_100"), columns, strict=True)) | {
        "queries": len(asked),
        "median_ms": round(statistics.median(seconds) * 1000, 1),
        "p95_ms": round(slow * 1000, 1),
    }


def page_id(number: int) -> str:
    """Return a page id of the usual form."""
    return f"{number:016x}-0001"


@contextmanager
def corpus_of(documents: list[Row]) -> Iterator[tuple[Store, dict[str, str]]]:
    """Yield an indexed corpus of the documents, and the document of each page."""
    names = {page_id(n): str(one["id"]) for n, one in enumerate(documents)}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "corpus.db"
        with writing(path, "benchmark") as store:
            _fill(store, documents)
            started = time.perf_counter()
            understand(store)
            print(f"index of meaning: {time.perf_counter() - started:.1f} s")
        with reading(path) as store:
            yield store, names


def _fill(store: Store, documents: list[Row]) -> None:
    rows = [(n, f"{one.get('title') or ''}\n{one['text']}") for n, one in enumerate(documents)]
    with store.db.atomic():
        store.db.table("files").insert_all(
            {"sha256": page_id(n)[:16], "outcome": "read", "chars": len(text)} for n, text in rows
        )
        store.db.table("pages").insert_all(
            {"page": page_id(n), "sha256": page_id(n)[:16], "number": 1, "text": text}
            for n, text in rows
        )


def bare(documents: list[Row]) -> Ranking:
    """Return the ranking of FTS5 alone: any word of the query, best first."""
    connection = sqlite3.connect(":memory:")
    connection.execute("create virtual table found using fts5(text, tokenize='porter unicode61')")
    connection.executemany(
        "insert into found (rowid, text) values (?, ?)",
        ((n, f"{one.get('title') or ''}\n{one['text']}") for n, one in enumerate(documents)),
    )
    ids = [str(one["id"]) for one in documents]

    def ranking(query: str) -> list[str]:
        words = dict.fromkeys(re.findall(r"[^\W_]+", query.lower()))
        match = " OR ".join(f'"{word}"' for word in words if word not in STOP)
        if not match:
            return []
        sql = f"select rowid from found where found match ? order by bm25(found) limit {DEPTH}"
        return [ids[row[0]] for row in connection.execute(sql, (match,))]

    return ranking


def by_meaning(store: Store, names: dict[str, str]) -> Ranking:
    """Return the site's ranking by meaning."""

    def ranking(query: str) -> list[str]:
        index = index_of(store.db.conn)
        found = rank(store.db.conn, index, query, Filters()) if index else []
        return [names[each.page] for each in found]

    return ranking


def as_chosen(store: Store, names: dict[str, str]) -> Ranking:
    """Return the site's ranking as it chooses itself, with snippets."""

    def ranking(query: str) -> list[str]:
        return [names[hit.page] for hit in find(store.db.conn, query, limit=DEPTH).hits]

    return ranking


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("docs", "queries", "qrels"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    documents, queries = lines(options.docs), lines(options.queries)
    judged = judgements(options.qrels)
    with corpus_of(documents) as (store, names):
        figures = {
            "fts5": measured(queries, judged, bare(documents)),
            "meaning": measured(queries, judged, by_meaning(store, names)),
            "site": measured(queries, judged, as_chosen(store, names)),
        }
    for name, its in figures.items():
        print(f"{name:8}", *(f"{key} {value}" for key, value in its.items()), sep="  ")
    gain = round(figures["meaning"]["ndcg_10"] - figures["fts5"]["ndcg_10"], 4)
    print(f"nDCG@10 by meaning above bare FTS5: {gain:+.4f}")
    if options.json:
        told = {"documents": len(documents), **figures, "ndcg_10_gain": gain}
        options.json.write_text(json.dumps(told, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
