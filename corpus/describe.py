"""Every table and column, described once: feeds Datasette, the documentation and the digest.

A test holds this tree against the schema that the migrations make, so that neither can drift.
"""

from dataclasses import dataclass, field
from typing import Literal

Nature = Literal["authored", "collected", "derived"]


@dataclass(frozen=True)
class Table:
    """One table: what a row is, what each column means, and what the digest leaves out."""

    title: str
    nature: Nature
    description: str
    columns: dict[str, str]
    volatile: frozenset[str] = field(default_factory=frozenset)
    """Columns that differ between two equal runs: times, run numbers, attempts."""
    label: str | None = None
    facets: tuple[str, ...] = ()
    sort: str | None = None


def _volatile(*names: str) -> frozenset[str]:
    return frozenset(names)


_HASH = "SHA-256 of the original file, 64 hex digits."
_PAGE = "The page: first 16 hex digits of the file's hash and the page's number."
_COUNCIL = "mySociety's code of the council, mostly three letters."

TABLES: dict[str, Table] = {
    "councils": Table(
        title="Councils",
        nature="authored",
        description="Local authorities of the study: current ones and abolished ones.",
        columns={
            "council": _COUNCIL,
            "name": "Short name.",
            "official_name": "Official name.",
            "nation": "Nation of the United Kingdom.",
            "region": "Region of England, or the nation.",
            "type": "Type of authority, such as London borough.",
            "gss_code": "Government Statistical Service code.",
            "start_on": "Date it came into being, where recorded.",
            "end_on": "Date it was abolished; empty for a current authority.",
            "replaced_by": "Code of the authority that took over.",
            "platform": "System its papers are published on, or `unknown`.",
            "base_url": "Address of that system.",
            "access_note": "What was seen when its site was last asked.",
        },
        label="name",
        facets=("nation", "type", "platform"),
        sort="name",
    ),
    "sources": Table(
        title="Sources",
        nature="authored",
        description="Places that documents come from, with their licence and known gaps.",
        columns={
            "source": "Id of the source.",
            "title": "What it is called.",
            "kind": "`papers`, `notices`, `records` or `folder` (an import).",
            "publisher": "Who publishes it.",
            "url": "Its home page.",
            "licence": "Licence as the publisher states it.",
            "licence_url": "Address of the licence.",
            "coverage": "What it holds, and from when.",
            "throttle_seconds": "Pause between two requests to one host, in seconds.",
            "throttle_why": "Where that pause comes from.",
            "caveats": "What must be known before counting anything from it (JSON list).",
        },
        label="title",
        facets=("kind",),
    ),
    "crawls": Table(
        title="Crawls and imports",
        nature="collected",
        description="One row per run that collected documents.",
        columns={
            "crawl": "Run number.",
            "source": "The source asked.",
            "council": "The one council asked for, if the run was limited to one.",
            "started_at": "Start, UTC.",
            "finished_at": "End, UTC; empty where the run was cut short.",
            "outcome": "`running`, `finished`, `finished-with-errors` or `interrupted`.",
            "since": "First date asked for.",
            "until": "Last date asked for.",
            "requests": "Requests sent.",
            "bytes": "Bytes received.",
            "seen": "Documents seen.",
            "kept": "New documents or versions kept.",
            "errors": "Requests or files that failed.",
            "code_version": "Version of this software.",
            "options": "Further options (JSON).",
        },
        volatile=_volatile(
            "crawl",
            "started_at",
            "finished_at",
            "outcome",
            "requests",
            "bytes",
            "seen",
            "kept",
            "errors",
            "code_version",
        ),
        facets=("source", "outcome"),
        sort="started_at",
    ),
    "visits": Table(
        title="Visits",
        nature="collected",
        description="Every request that mattered, also the refused ones and files of an import.",
        columns={
            "visit": "Visit number.",
            "crawl": "The run it belongs to.",
            "source": "The source asked.",
            "url": "Address asked.",
            "status": "HTTP status; empty where no request was sent.",
            "outcome": "`kept`, `unchanged`, `listed`, `robots-refused`, `restricted`, `blocked`, "
            "`failed`, `elsewhere`, `forgotten`, or of an import `imported` or `metadata`.",
            "reason": "Why, where it was not kept.",
            "fetched_at": "When, UTC.",
            "etag": "The answer's ETag.",
            "sha256": "SHA-256 of the answer's body.",
        },
        volatile=_volatile("visit", "crawl", "status", "outcome", "fetched_at"),
        facets=("source", "outcome"),
    ),
    "coverage": Table(
        title="Coverage",
        nature="collected",
        description="What was looked at, per source, council and month: the denominator of every "
        "count. A council that is missing here was not looked at; it is not a zero.",
        columns={
            "source": "The source.",
            "council": "mySociety's code of the council; empty for a procurement service.",
            "month": "Month, as YYYY-MM.",
            "state": "`searched`, `term-searched`, `none-published`, `blocked`, `robots-refused`, "
            "`unsupported`, `url-unknown`, `failed` or `not-looked`.",
            "looked_at": "When it was last looked at, UTC.",
            "documents_seen": "Documents the source listed.",
            "documents_read": "Documents whose text was screened.",
            "documents_mentioning": "Documents with a counted mention.",
            "unreadable": "Documents without readable text.",
            "reason": "Why, where it was not searched.",
        },
        volatile=_volatile("looked_at"),
        facets=("source", "state", "council"),
        sort="month",
    ),
    "meetings": Table(
        title="Meetings",
        nature="collected",
        description="Meetings of council committees.",
        columns={
            "meeting": "Council, source and the platform's number of the meeting.",
            "source": "The source.",
            "council": _COUNCIL,
            "committee": "Name of the committee.",
            "held_on": "Date of the meeting.",
            "url": "Page of the meeting.",
            "status": "Status as the platform states it.",
        },
        label="committee",
        facets=("council", "committee"),
        sort="held_on",
    ),
    "documents": Table(
        title="Documents",
        nature="collected",
        description="Papers and notices as published: one row per place a document was found at. "
        "The same bytes in two places are two documents and one file.",
        columns={
            "document": "Council, source and the platform's own number; of an import, the source "
            "and the file's hash; of a notice, the source and the release id.",
            "source": "The source.",
            "council": _COUNCIL,
            "kind": "`agenda`, `pack`, `report`, `appendix`, `minutes`, `decision`, `notice`, "
            "`atrs`, `foi` or `other`.",
            "title": "Title as published.",
            "url": "Address it was found at; `file:` for an import.",
            "origin_url": "Where an imported file was published, as its metadata say.",
            "published_on": "Date of publication, or of the meeting where there is none.",
            "meeting": "The meeting it was laid before.",
            "item_number": "Number of the agenda item.",
            "sha256": "The latest version's file.",
            "first_seen_at": "When it was first seen, UTC.",
            "last_seen_at": "When it was last seen, UTC.",
            "gone_at": "When it was found to be gone, UTC.",
        },
        volatile=_volatile("first_seen_at", "last_seen_at"),
        label="title",
        facets=("source", "kind", "council"),
        sort="published_on",
    ),
    "captures": Table(
        title="Captures",
        nature="collected",
        description="The version history: which bytes a document had when.",
        columns={
            "capture": "Capture number.",
            "document": "The document.",
            "sha256": _HASH,
            "fetched_at": "When it was fetched, UTC.",
            "etag": "The answer's ETag.",
            "last_modified": "The answer's Last-Modified.",
        },
        volatile=_volatile("capture", "fetched_at"),
    ),
    "files": Table(
        title="Files",
        nature="collected",
        description="Originals, once each, with what became of them: no file is silently empty.",
        columns={
            "sha256": _HASH,
            "bytes": "Size in bytes.",
            "mime": "Media type, judged by content.",
            "path": "Where the original lies, below the folder `files/`.",
            "document": "The document it was first seen as: mentions and passages count there.",
            "outcome": "`read`, `screened` (no hit), `ocr-queued`, `unreadable`, `unsupported`, "
            "`failed`; empty: not extracted yet.",
            "reason": "Why, where there is no text.",
            "pages": "Number of pages.",
            "chars": "Characters of text.",
            "text_source": "`text`, `ocr`, `mixed` or `none`.",
            "quality": "`good`, `acceptable`, `suspect` or `failed`: the worst grade that a tenth "
            "of the pages share.",
            "language": "Language, where detected.",
            "found_with": "Version of the codebook its mentions were found with.",
        },
        label="path",
        facets=("outcome", "mime", "quality"),
    ),
    "notices": Table(
        title="Notices",
        nature="derived",
        description="Procurement notices: the fields of their OCDS releases.",
        columns={
            "document": "The notice's document.",
            "ocid": "Open Contracting id of the procurement.",
            "release": "Id of the release.",
            "stage": "Tags of the release, such as `tender` or `award`.",
            "buyer_name": "Buyer as named in the release.",
            "council": "The buyer's council code; empty until matched.",
            "suppliers": "Names of the suppliers (JSON list).",
            "value": "Value: a ceiling, not a payment.",
            "currency": "Currency of the value.",
            "cpv": "Common Procurement Vocabulary codes (JSON list).",
            "start_on": "Start of the contract.",
            "end_on": "End of the contract.",
            "answer_sha256": "SHA-256 of the answer or file that held the release.",
        },
        label="ocid",
        facets=("stage", "buyer_name"),
    ),
    "screenings": Table(
        title="Screenings",
        nature="derived",
        description="The cheap look at every file: which raw terms stand in its text.",
        columns={
            "sha256": _HASH,
            "pages": "Pages screened.",
            "chars": "Characters screened.",
            "hits": "Term and number of raw matches, before neighbours and exclusions (JSON).",
            "lexicon": "Version of the compiled codebook.",
            "screener": "Version of the screener.",
        },
    ),
    "pages": Table(
        title="Pages",
        nature="derived",
        description="The text of every page of every file.",
        columns={
            "page": _PAGE,
            "sha256": _HASH,
            "number": "Number of the page in the file, from 1.",
            "label": "Page label as printed, where the file has one.",
            "text": "The text.",
            "outcome": "`text`, `ocr-queued` (something is drawn, no usable text) or `blank` "
            "(nothing is drawn).",
            "method": "`screen` (PDFium), `read` (pdfplumber or the format's reader) or `ocr`.",
            "chars": "Characters of text.",
            "quality": "`good`, `acceptable`, `suspect` or `failed`.",
            "reader": "Name and version of the reader.",
            "width_pt": "Width in PDF points, where the page has a size.",
            "height_pt": "Height in PDF points.",
        },
        label="page",
        facets=("outcome", "method", "quality"),
    ),
    "page_words": Table(
        title="Words on pages",
        nature="derived",
        description="Where each word of a read page stands: compressed JSON rows of start, end, "
        "x0, top, x1, bottom.",
        columns={
            "page": _PAGE,
            "words": "zlib-compressed JSON; offsets into the page's text, "
            "boxes in PDF points from the top left corner.",
        },
    ),
    "page_tables": Table(
        title="Tables on pages",
        nature="derived",
        description="Tables found on read pages.",
        columns={
            "page": _PAGE,
            "ordinal": "Number of the table on the page, from 1.",
            "bbox": "x0, top, x1, bottom in PDF points (JSON).",
            "rows": "Rows of cells (JSON).",
        },
    ),
    "failures": Table(
        title="Failures",
        nature="derived",
        description="What could not be done, by stage: nothing fails silently.",
        columns={
            "stage": "`import`, `crawl`, `screen`, `read`, `find`.",
            "subject": "File hash, document or URL.",
            "error": "Name of the error.",
            "message": "What happened.",
            "permanent": "1: trying again is pointless.",
            "attempts": "How often it was tried.",
            "at": "Last time, UTC.",
        },
        volatile=_volatile("attempts", "at"),
        facets=("stage", "error"),
    ),
    "codes": Table(
        title="Codes",
        nature="authored",
        description="The codebook: what is looked for, and what counts as it.",
        columns={
            "code": "Name of the code.",
            "group": "`technique`, `use`, `benefit`, `concern` or `supplier_product`.",
            "label": "What it is called.",
            "definition": "When to use it.",
            "not_when": "When not to use it.",
            "precision": "`high`, `medium`, `low` or `context`.",
        },
        label="label",
        facets=("group", "precision"),
    ),
    "terms": Table(
        title="Terms",
        nature="authored",
        description="The words and phrases by which a code is found.",
        columns={
            "term": "Code and slug of the phrase.",
            "code": "The code.",
            "phrase": "The phrase as authored.",
            "pattern": "What else decides: case and neighbours (JSON).",
            "precision": "How safe the term is on its own.",
        },
        label="phrase",
        facets=("precision",),
    ),
    "mentions": Table(
        title="Mentions",
        nature="derived",
        description="One row per term on a page, counted or not, with the reason.",
        columns={
            "mention": "Page id and a short hash of term, quoted words and n-th such on the page.",
            "page": _PAGE,
            "sha256": _HASH,
            "term": "The term.",
            "code": "The code.",
            "start": "First character in the page's text.",
            "end": "Character after the last one.",
            "quote": "The words as they stand on the page.",
            "before": "Words before.",
            "after": "Words after.",
            "boxes": "Boxes of the words in PDF points: x0, top, x1, bottom (JSON list).",
            "stance": "`uses`, `plans`, `not-used`, `stopped`, `asks` or `general`.",
            "boilerplate": "1: stands in a contents page, header, list or standard box.",
            "counted": "1: counts as evidence.",
            "reason": "Why it counts or does not.",
            "passage": "The passage it stands in.",
        },
        label="quote",
        facets=("code", "stance", "counted"),
    ),
    "passages": Table(
        title="Passages",
        nature="derived",
        description="Whole sentences around counted mentions, within a page: what is read, coded "
        "and modelled. Counted once per file.",
        columns={
            "passage": "Id of its first mention.",
            "page": _PAGE,
            "document": "The file's canonical document.",
            "council": _COUNCIL,
            "text": "The sentences.",
            "start": "First character in the page's text.",
            "end": "Character after the last one.",
            "words": "Number of words.",
            "codes": "Codes of its counted mentions (JSON list).",
            "stance": "The stance of its first mention that is not `general`, else `general`.",
        },
        label="text",
        facets=("stance", "council"),
    ),
    "codings": Table(
        title="Codings",
        nature="authored",
        description="People's judgements of passages, anchored by quoted words.",
        columns={
            "coding": "Id of the coding.",
            "document": "The document.",
            "page": _PAGE,
            "quote": "The words judged.",
            "code": "The code.",
            "value": "The judgement.",
            "coder": "Who judged.",
            "coded_at": "When, UTC.",
            "codebook": "Version of the codebook.",
        },
        facets=("coder", "code"),
    ),
    "topic_models": Table(
        title="Topic models",
        nature="derived",
        description="Fitted topic models, with what speaks for and against them.",
        columns={
            "model": "Algorithm, number of topics, seed and fingerprint of the passages.",
            "algorithm": "`lda`: gensim's LdaModel started from NMF topics.",
            "k": "Number of topics.",
            "seed": "Seed of every random draw.",
            "corpus": "Fingerprint of the passages it was fitted on.",
            "passages": "Number of passages it was fitted on.",
            "options": "Settings, and the sweep by which k was chosen (JSON).",
            "npmi": "Coherence: normalised pointwise mutual information of the top 10 words.",
            "c_v": "Coherence C_v of the top 10 words.",
            "diversity": "Share of distinct words among the top 25 of all topics.",
            "stability": "Mean overlap (Jaccard) of the top 10 words over resampled passages.",
            "verdict": "What these figures allow.",
            "chosen": "1: the model the site shows.",
            "fitted_at": "When, UTC.",
        },
        volatile=_volatile("fitted_at"),
    ),
    "topics": Table(
        title="Topics",
        nature="derived",
        description="Topics of the fitted models. A label made of terms is not yet an "
        "interpretation.",
        columns={
            "topic": "Model and number.",
            "model": "The model.",
            "number": "Number of the topic in model, table and picture alike, from 1.",
            "label": "Its label.",
            "label_by": "`terms`, or who gave the label.",
            "terms": "Its top words.",
            "passages": "Passages in which it is the strongest.",
            "weight": "Share of all passages' words, 0 to 1.",
        },
        label="label",
    ),
    "topic_terms": Table(
        title="Topic terms",
        nature="derived",
        description="The words of each topic, best first.",
        columns={
            "topic": "The topic.",
            "rank": "Rank, from 1.",
            "term": "The word or phrase.",
            "weight": "Its probability in the topic.",
        },
    ),
    "passage_topics": Table(
        title="Topics of passages",
        nature="derived",
        description="How much of each passage belongs to each topic.",
        columns={
            "passage": "The passage.",
            "topic": "The topic.",
            "model": "The model.",
            "weight": "Share of the passage, 0 to 1.",
        },
    ),
    "topic_trends": Table(
        title="Topic trends",
        nature="derived",
        description="Prevalence of topics by year, nation and council type, with the number of "
        "documents searched.",
        columns={
            "topic": "The topic.",
            "dimension": "`year`, `nation` or `type`.",
            "value": "The year, nation or council type.",
            "passages": "Passages in which the topic is the strongest.",
            "weight": "Sum of the topic's shares over passages.",
            "searched": "Documents of that year, nation or type whose text was searched.",
        },
        facets=("dimension",),
    ),
    "similarities": Table(
        title="Similarities",
        nature="derived",
        description="Page ranges with the same text.",
        columns={
            "first": "First page range.",
            "second": "Second page range.",
            "kind": "`duplicate`, `pack` or `reuse`.",
            "score": "Similarity, 0 to 1.",
        },
    ),
    "links": Table(
        title="Links",
        nature="derived",
        description="Proposed and reviewed links between notices, papers and suppliers.",
        columns={
            "link": "Id of the link.",
            "first": "First document.",
            "second": "Second document, supplier or product.",
            "reasons": "Why they may belong together (JSON).",
            "score": "Strength, 0 to 1.",
            "decision": "`proposed`, `accepted` or `refused`.",
            "by": "Who decided.",
            "at": "When, UTC.",
        },
        volatile=_volatile("at"),
    ),
    "tombstones": Table(
        title="Tombstones",
        nature="collected",
        description="Documents erased on request: they stay out, and nothing of them is kept.",
        columns={
            "document": "The document's id.",
            "sha256": "SHA-256 of the erased bytes, so that they do not come back.",
            "reason": "The reason given.",
            "at": "When, UTC.",
        },
        volatile=_volatile("at"),
    ),
}

VIEWS: dict[str, str] = {
    "document_passages": "Passages for every document that holds the file, not only the canonical "
    "one.",
    "document_mentions": "Counted mentions with document, council, year, kind and code: what "
    "charts and notebooks start from.",
}
