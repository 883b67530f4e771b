"""The bookmarks of a PDF, as PDFium gives them: what a pack's maker called its parts."""

from pathlib import Path

import pypdfium2 as pdfium

from extract.page import Bookmark, clean

MOST_BOOKMARKS = 2000
"""A pack of 1,500 pages has some 200; a report's headings, all bookmarked, some 500."""
DEEPEST = 3
"""Levels: item, paper, annex. What lies deeper are the headings of a paper."""
LONGEST_TITLE = 300


def outline(path: Path) -> list[Bookmark]:
    """Return the bookmarks that lead to a page, in their order; none where PDFium finds none."""
    try:
        document = pdfium.PdfDocument(path)
    except pdfium.PdfiumError:
        return []
    try:
        return _bookmarks(document)
    except pdfium.PdfiumError:
        return []
    finally:
        document.close()


def _bookmarks(document: pdfium.PdfDocument) -> list[Bookmark]:
    found: list[Bookmark] = []
    for bookmark in document.get_toc(max_depth=DEEPEST):
        place = bookmark.get_dest()
        index = place.get_index() if place else None
        title = " ".join(clean(bookmark.get_title()).split())[:LONGEST_TITLE]
        if index is not None and 0 <= index < len(document) and title:
            found.append((bookmark.level, title, index + 1))
        if len(found) == MOST_BOOKMARKS:
            break
    return found
