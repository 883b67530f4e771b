"""What the schemas of REFI-QDA ask of the elements we write: names, order, attributes.

Written down from the facts of the published schemas (18 March 2019, MIT licence), for the parts
that are used here; everything else counts as wrong.
"""

import re

from lxml import etree

GUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
NUMBER = re.compile(r"-?\d+")
ANY = re.compile(r"(?s).*")
MADE = {"creatingUser": GUID, "creationDateTime": INSTANT}
TEXT_SOURCE = (
    ["Description?", "PlainTextContent?", "PlainTextSelection*", "Coding*", "NoteRef*"],
    {"guid!": GUID, "name": ANY, "plainTextPath": ANY, **MADE},
)
PROJECT = {
    "Project": (
        ["Users?", "CodeBook?", "Sources?", "Notes?", "Description?", "NoteRef*"],
        {"name!": ANY, "origin": ANY, "creatingUserGUID": GUID},
    ),
    "Users": (["User+"], {}),
    "User": ([], {"guid!": GUID, "name": ANY, "id": ANY}),
    "CodeBook": (["Codes"], {}),
    "Codes": (["Code+"], {}),
    "Code": (
        ["Description?", "NoteRef*", "Code*"],
        {"guid!": GUID, "name!": ANY, "isCodable!": re.compile("true|false"), "color": ANY},
    ),
    "Sources": (["TextSource+"], {}),
    "TextSource": TEXT_SOURCE,
    "Notes": (["Note+"], {}),
    "Note": TEXT_SOURCE,
    "PlainTextSelection": (
        ["Description?", "Coding*", "NoteRef*"],
        {"guid!": GUID, "name": ANY, "startPosition!": NUMBER, "endPosition!": NUMBER, **MADE},
    ),
    "Coding": (["CodeRef", "NoteRef*"], {"guid!": GUID, **MADE}),
    "CodeRef": ([], {"targetGUID!": GUID}),
    "NoteRef": ([], {"targetGUID!": GUID}),
    "Description": ([], {}),
    "PlainTextContent": ([], {}),
}
CODEBOOK = PROJECT | {
    "CodeBook": (["Codes", "Sets?"], {"origin": ANY}),
    "Code": (["Description?", "Code*"], PROJECT["Code"][1]),
}


def faults(root: etree._Element, schema: dict, namespace: str) -> list[str]:
    """Return what the schema forbids in a document; ids that stand twice or point nowhere, too."""
    found = []
    for element in root.iter():
        name = etree.QName(element)
        if name.namespace != namespace or name.localname not in schema:
            found.append(f"{element.tag} is not known")
            continue
        order, attributes = schema[name.localname]
        children = "".join(f"{etree.QName(child).localname} " for child in element)
        pattern = "".join(
            f"(?:{re.sub(r'[?*+]$', '', o)} ){o[-1] if o[-1] in '?*+' else ''}" for o in order
        )
        if not re.fullmatch(pattern, children):
            found.append(f"{name.localname} holds {children}")
        allowed = {key.rstrip("!"): value for key, value in attributes.items()}
        for key, value in element.attrib.items():
            if key not in allowed or not allowed[key].fullmatch(value):
                found.append(f"{name.localname} has {key}={value}")
        found += [
            f"{name.localname} lacks {key}"
            for key in attributes
            if key.endswith("!") and key[:-1] not in element.attrib
        ]
    ids = [element.get("guid") for element in root.iter() if element.get("guid")]
    found += [f"{guid} stands twice" for guid in {g for g in ids if ids.count(g) > 1}]
    for element in root.iter():
        for key in ("targetGUID", "creatingUser"):
            if element.get(key) and element.get(key) not in ids:
                found.append(f"{element.tag} points to nothing")
    return found
