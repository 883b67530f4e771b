"""What a site's own search is asked for: the study's terms of high precision."""

from corpus.codebook import Codebook, Term


def phrases(codebook: Codebook) -> tuple[str, ...]:
    """Return what a site's own search is asked for: what names a technique or product surely.

    Terms of the study match inflected words; a site's search may not, so plurals are asked for too.
    Single words are left out, but for names of products: they would find every other paper.
    """
    found: dict[str, None] = {}
    for code in codebook.codes:
        for term in code.terms if code.group in ("technique", "supplier_product") else ():
            if term.precision == "high" and (" " in term.phrase or term.exact):
                found |= dict.fromkeys(_forms(term))
    return tuple(found)


def _forms(term: Term) -> tuple[str, ...]:
    if term.exact or term.phrase.endswith("s"):
        return (term.phrase,)
    return term.phrase, f"{term.phrase}s"
