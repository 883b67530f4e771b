"""HTML pages of council sites, read as bounded and harmless trees."""

import re
from collections.abc import Iterator
from typing import TypeAlias

from lxml import etree
from lxml import html as lxml_html

from corpus.errors import Broken

Element: TypeAlias = lxml_html.HtmlElement


def page(content: bytes, what: str) -> Element:
    """Return the root of a page, without scripts; raises `Broken` naming `what` it should be."""
    parser = lxml_html.HTMLParser(
        encoding="utf-8", no_network=True, huge_tree=False, remove_comments=True
    )
    try:
        root: Element = lxml_html.document_fromstring(content, parser=parser)
    except (etree.LxmlError, ValueError, AssertionError) as error:
        raise Broken(f"{what} that cannot be read ({error})") from error
    for node in root.xpath("//script | //style"):
        node.drop_tree()
    return root


def of_class(node: Element, name: str) -> list[Element]:
    """Return the elements below a node that bear a class, whatever other classes they bear."""
    test = f"contains(concat(' ', normalize-space(@class), ' '), ' {name} ')"
    found: list[Element] = node.xpath(f".//*[{test}]")
    return found


def links(node: Element) -> Iterator[tuple[Element, str]]:
    """Yield the links below a node with the address as written."""
    for link in node.iter("a"):
        href = link.get("href")
        if href is not None:
            yield link, href


def text_of(node: Element) -> str:
    """Return the text of an element on one line."""
    return re.sub(r"\s+", " ", str(node.text_content())).strip()
