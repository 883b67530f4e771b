"""The schema: what the migrations make is what `describe` says, no more and no less."""

from pathlib import Path

import pytest

from corpus.describe import TABLES, VIEWS
from corpus.migrations import APPLICATION_ID
from corpus.store import Store, writing

INTERNAL = ("pages_fts", "_sqlite_migrations", "sqlite_")


def tables(store: Store) -> set[str]:
    return {name for name in store.db.table_names() if not name.startswith(INTERNAL)}


def test_every_table_is_described_and_every_description_has_its_table(store: Store) -> None:
    assert tables(store) == set(TABLES)
    assert set(store.db.view_names()) == set(VIEWS)


@pytest.mark.parametrize("name", TABLES)
def test_every_column_is_described_in_its_order(store: Store, name: str) -> None:
    assert [c.name for c in store.db.table(name).columns] == list(TABLES[name].columns)


@pytest.mark.parametrize("name", TABLES)
def test_a_description_names_its_own_columns_only(name: str) -> None:
    table = TABLES[name]
    named = {
        *table.volatile,
        *table.set_or_not,
        *table.facets,
        *(c for c in (table.label, table.sort) if c),
    }
    assert named <= set(table.columns)
    assert table.title and table.description.endswith(".") and all(table.columns.values())


@pytest.mark.parametrize("name", VIEWS)
def test_every_view_can_be_asked(store: Store, name: str) -> None:
    assert store.rows(f'select * from "{name}"') == []


@pytest.mark.parametrize("name", sorted(set(TABLES) - {"failures", "coverage"}))
def test_linked_tables_have_a_key_and_links_lead_somewhere(store: Store, name: str) -> None:
    table = store.db.table(name)
    assert not table.use_rowid
    for link in table.foreign_keys:
        assert link.other_column in store.db.table(link.other_table).pks


def test_opening_again_migrates_nothing_and_marks_the_file_as_ours(corpus_path: Path) -> None:
    schemas = []
    for _ in range(2):
        with writing(corpus_path, "test") as store:
            schemas.append(store.db.schema)
            assert store.value("pragma application_id") == APPLICATION_ID
            assert store.value("pragma journal_mode") == "wal"
    assert schemas[0] == schemas[1]


def test_the_search_index_follows_the_pages(store: Store) -> None:
    def indexed(word: str) -> int:
        return int(store.value("select count(*) from pages_fts where pages_fts match ?", (word,)))

    store.db.execute("insert into pages (page, text) values ('a-0001', 'scores of families')")
    assert indexed("family") == 1  # stemmed
    store.db.execute("update pages set text = 'nothing' where page = 'a-0001'")
    assert (indexed("family"), indexed("nothing")) == (0, 1)
    store.db.execute("delete from pages")
    assert indexed("nothing") == 0
