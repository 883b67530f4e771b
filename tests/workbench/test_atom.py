"""Feeds as a feed reader reads them."""

from pathlib import Path

import feedparser
from hypothesis import given
from hypothesis import strategies as st

from workbench.atom import EPOCH, MOST, Entry, feed, write_feed

ENTRY = Entry(
    "k", "<b>Fish & chips</b>", "2026-06-01T10:00:00Z", "a < b ]]> &amp;", "https://x/y?a=1&b=2"
)


def test_a_reader_reads_what_was_written() -> None:
    read = feedparser.parse(feed("checks", "Checks & more", [ENTRY]))
    assert not read.bozo and read.feed.title == "Checks & more"
    (one,) = read.entries
    assert one.title == "<b>Fish & chips</b>".replace("<", "&lt;").replace(">", "&gt;") or (
        one.title == "<b>Fish & chips</b>"
    )
    assert one.link == ENTRY.link and one.id.startswith("urn:council-corpus:")
    assert one.content[0].type == "text/plain" and one.content[0].value == ENTRY.text


@given(title=st.text(max_size=40), text=st.text(max_size=40))
def test_no_text_breaks_a_feed(title: str, text: str) -> None:
    read = feedparser.parse(feed("x", title, [Entry("k", title, EPOCH, text)]))
    assert not read.bozo and len(read.entries) == 1


def test_the_newest_come_first_and_the_oldest_go() -> None:
    many = [
        Entry(str(n), str(n), f"2026-06-01T{n // 60:02}:{n % 60:02}:00Z", "") for n in range(300)
    ]
    read = feedparser.parse(feed("x", "x", many))
    assert [one.title for one in read.entries] == [str(n) for n in range(299, 299 - MOST, -1)]
    assert read.feed.updated == many[-1].at


def test_the_same_content_is_not_written_again(tmp_path: Path) -> None:
    path = tmp_path / "feeds" / "x.xml"
    write_feed(path, "x", [ENTRY])
    before = path.stat().st_mtime_ns
    write_feed(path, "x", [ENTRY])
    assert path.stat().st_mtime_ns == before and list(path.parent.iterdir()) == [path]
    write_feed(path, "x", [])
    assert EPOCH in path.read_text()
