"""The parts that pages are made of."""

import io
import math
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from corpus.boxes import offset
from corpus.describe import TABLES, VIEWS
from corpus.errors import Broken
from corpus.store import reading
from publish import wording
from publish.charts import WIDTH, columns
from publish.coverage import month_cell
from publish.images import Kept
from publish.marks import LONG_LINE, flowing, segments
from publish.metadata import metadata, published_at
from publish.pages import Drawing, boxes
from publish.render import MOST_PIXELS, WIDTH_PX, render, scale
from tests.publish.site_corpus import Made, pdf

OFFSET = st.none() | st.integers(-3, 30)


@given(text=st.text(max_size=20), places=st.lists(st.tuples(OFFSET, OFFSET), max_size=6))
def test_segments_are_the_text(text: str, places: list) -> None:
    mentions = [
        {"start": start, "end": end, "code_label": "x", "counted": 1} for start, end in places
    ]
    cut = segments(text, mentions)
    assert "".join(segment.text for segment in cut) == text
    kept = [(a, b) for a, b in places if a is not None and b is not None and 0 <= a < b]
    kept = [place for place in kept if place[1] <= len(text)]
    assert sum(len(segment.starts) for segment in cut) == len(kept)
    assert sum(len(segment.ends) for segment in cut) == len(kept)


@given(text=st.text(alphabet="aB \n", max_size=300))
def test_lines_that_flow_on_keep_every_offset(text: str) -> None:
    flows = flowing(text)
    assert len(flows) == len(text)
    assert all(a == b or (a, b) == ("\n", " ") for a, b in zip(text, flows, strict=True))


def test_only_a_long_line_flows_on_and_only_into_a_small_letter() -> None:
    long, short = "x" * LONG_LINE, "Rent arrears"
    assert flowing(f"{long}\nand more\n{short}\nand") == f"{long} and more\n{short}\nand"
    assert flowing(f"{long}\n\nand\n{long}\n2. Next") == f"{long}\n\nand\n{long}\n2. Next"


def test_a_month_of_the_ledger_is_drawn_and_escaped() -> None:
    row = {"state": "searched", "reason": "<b>", "seen": 1200, "read": 7, "mentioning": None}
    drawn = month_cell(row)
    assert drawn.startswith('<td class="state searched" title="')
    assert "&lt;b&gt;; 1,200 documents listed, 7 read, 0 with a mention" in drawn
    assert drawn.endswith("<span>1200</span></td>")
    strange = month_cell(row | {"state": '"><script>', "seen": 0})
    assert "<script>" not in strange and 'class="state "' in strange and "<span>" not in strange
    assert "not looked at" in month_cell(None)
    assert ">?<" in month_cell(row | {"state": None, "seen": None})


def test_facets_of_a_large_table_are_left_to_be_asked_for(
    made: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    with reading(made.path) as store:
        tables = metadata(store.db.conn)["databases"]["corpus"]["tables"]
        assert tables["documents"]["facets"] and tables["mentions"]["facets"]
        monkeypatch.setattr("publish.metadata.MOST_FACETED", 3)
        tables = metadata(store.db.conn)["databases"]["corpus"]["tables"]
        assert "facets" not in tables["documents"] and tables["mentions"]["facets"]


@pytest.mark.parametrize(
    ("hosts", "address"),
    [
        ([], {}),
        (["*"], {}),
        (["corpus.example.org", "b.example"], {"site_url": "https://corpus.example.org"}),
    ],
)
def test_the_address_under_which_pages_are_cited(hosts: list[str], address: dict) -> None:
    assert published_at(hosts) == address


def test_overlapping_mentions_stay_apart() -> None:
    first = {"start": 0, "end": 5, "code_label": "One", "counted": 0}
    second = {"start": 3, "end": 8, "code_label": "Two", "counted": 1}
    cut = segments("abcdefgh", [first, second])
    assert [s.text for s in cut] == ["abc", "de", "fgh"]
    assert [s.labels for s in cut] == ["One (not counted)", "One (not counted); Two", "Two"]
    assert [s.counted for s in cut] == [False, True, True]


def test_metadata_describes_every_table_and_column(made: Made) -> None:
    with reading(made.path) as store:
        tables = metadata(store.db.conn)["databases"]["corpus"]["tables"]
        present = [
            row["name"]
            for row in store.rows("select name from sqlite_master where type in ('table', 'view')")
            if not row["name"].startswith("_sqlite")
        ]
        columns_of = {name: {c.name for c in store.db.table(name).columns} for name in TABLES}
    assert set(present) == set(tables)
    for name in TABLES:
        assert tables[name]["description"] and tables[name]["title"]
        assert set(tables[name]["columns"]) == columns_of[name]
    assert all(tables[name]["description"] for name in VIEWS)
    hidden = {name for name, about in tables.items() if about.get("hidden")}
    assert hidden == {"page_words"} | {name for name in present if name.startswith("pages_fts")}


def test_metadata_names_licence_and_source(made: Made) -> None:
    with reading(made.path) as store:
        about = metadata(store.db.conn)
    assert about["license"].startswith("OGL")
    assert about["source"].startswith("Papers")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[[1, 2, 3, 4]]", [(1, 2, 3, 4)]),
        ('[[1, 2], "x", null, [1, 2, 3, "4"], [1, 2, 3, 4.5]]', [(1, 2, 3, 4.5)]),
        ("[[1, 2, 3, NaN]]", []),
        ("{}", []),
        ("not json", []),
        (None, []),
    ],
)
def test_boxes_that_are_none_are_left_out(text: str | None, expected: list) -> None:
    assert boxes(text) == expected


def test_page_is_drawn_with_its_boxes(tmp_path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(pdf("Some words"))
    box = (72.0, 90.0, 160.0, 104.0)
    plain = Image.open(io.BytesIO(render(path, 1, (), ()))).convert("RGB")
    boxed = Image.open(io.BytesIO(render(path, 1, (box,), ((-9e9, 300.0, 9e9, 310.0),))))
    boxed = boxed.convert("RGB")
    assert plain.size == boxed.size
    assert abs(plain.width - WIDTH_PX) <= 1
    factor = plain.width / 595.28
    inside = (int(150 * factor), int(97 * factor))
    assert plain.getpixel(inside) == (255, 255, 255)
    red, _, blue = boxed.getpixel(inside)
    assert red > 230 and blue < 200


def test_unknown_page_and_broken_file_are_named(tmp_path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(pdf("One"))
    with pytest.raises(Broken, match="no page 2"):
        render(path, 2, (), ())
    path.write_bytes(b"%PDF-1.4 nothing")
    with pytest.raises(Broken, match="cannot open"):
        render(path, 1, (), ())


@given(width=st.floats(0, 1e6), height=st.floats(0, 1e6))
def test_no_page_is_drawn_too_large(width: float, height: float) -> None:
    factor = scale(width, height)
    assert max(width, 1) * factor <= WIDTH_PX * 1.001
    assert max(width, 1) * max(height, 1) * factor**2 <= MOST_PIXELS * 1.001
    assert math.isfinite(factor) and factor > 0


@pytest.mark.parametrize(
    ("rotation", "expected"), [(0, (10, 40)), (90, (20, 10)), (180, (30, 20)), (270, (40, 30))]
)
def test_crop_box_is_allowed_for(rotation: int, expected: tuple[int, int]) -> None:
    assert offset((0, 0, 600, 800), (10, 20, 570, 760), rotation) == expected


def test_pictures_are_forgotten_oldest_first() -> None:
    kept = Kept(most_bytes=10)
    one, two, three = (Drawing("x", number, (), ()) for number in (1, 2, 3))
    kept.put(one, b"12345")
    kept.put(two, b"12345")
    assert kept.get(one)
    kept.put(three, b"12345")
    assert kept.get(two) is None and kept.get(one) and kept.get(three)
    kept.put(two, b"x" * 11)
    assert kept.get(two) is None


@given(values=st.lists(st.tuples(st.text(max_size=5), st.integers(0, 10**9)), max_size=120))
def test_columns_stay_in_the_picture(values: list) -> None:
    drawn = columns(values)
    assert len(drawn.columns) == len(values)
    for column in drawn.columns:
        assert 0 <= column.x <= column.x + column.width <= WIDTH + 1
        assert column.y >= -0.1 and column.y + column.height <= drawn.height + 0.2


@given(labels=st.lists(st.text(max_size=8), max_size=60))
def test_labels_touch_no_other_and_the_last_is_written(labels: list[str]) -> None:
    drawn = columns([(label, 1) for label in labels])
    written = [(c.middle, 11 * len(c.label) / 2) for c in drawn.columns if c.labelled]
    for (left, half), (right, other) in pairwise(written):
        assert left + half <= right - other + 0.2
    assert not labels or drawn.columns[-1].labelled


@pytest.mark.parametrize(
    ("address", "safe"),
    [
        ("https://example.org/a", True),
        ("HTTP://example.org", True),
        ("javascript:alert(1)", False),
        ("java\nscript:alert(1)", False),
        ("file:///etc/passwd", False),
        ("data:text/html,x", False),
        ("//example.org", False),
        ("http://", False),
        ("http://[", False),
        (None, False),
    ],
)
def test_only_web_addresses_are_links(address: str | None, safe: bool) -> None:
    assert bool(wording.web_link(address)) == safe


def test_wording() -> None:
    assert wording.day("2024-03-05T01:02:03Z") == "5 March 2024"
    assert wording.day("soon") == "soon"
    assert wording.share(1, 0) == "–"
    assert wording.share(1, 300) == "0.3 %"
    assert wording.plural(1, "page") == "1 page"
    assert wording.size(381_900) == "381.9 kB"
    assert wording.number(None) == "not known"
    assert wording.head(", as it is") == ", as it is…"
    assert wording.tail("as it  is") == "…as it is "
