"""What a researcher writes to study the world of lives: codebook, firms, products."""

from datetime import date
from typing import Any

_STANCES = {
    "stopped": ["decommissioned", "no longer used", "to end"],
    "plans": ["procure", "to buy", "is wanted", "seeks", "proposes"],
    "uses": ["is used", "uses", "we use", "are joined"],
    "general": ["other councils", "in theory", "may follow"],
}


Json = dict[str, Any]


def firm_name(plan: Json, firm: str, on: date) -> str:
    """Return what a firm is called on a day."""
    names = plan["firms"][firm]["names"]
    return str(names[max(year for year in names if year <= on.year)])


def entity_of(product: str, firm: str) -> str:
    """Return the entity of a product: two firms sell something called Beacon."""
    return f"beacon-{firm}" if product == "p_beacon" else product


def codebook(plan: Json) -> Json:
    """Return the codebook by which the world is read."""
    codes = [
        _code(name, "technique", phrase, "high", "general")
        for name, phrase in plan["techniques"].items()
    ]
    for name, product in plan["products"].items():
        code = _code(name, "supplier_product", product["phrase"], "high", "uses")
        if "near" in product:
            near = {"words": product["near"], "within": 20}
            code["terms"] = [{"phrase": product["phrase"], "case": "exact", "near": near}]
        codes.append(code)
    return {"version": "lives", "context_words": 40, "stance": _STANCES_BY_CUE, "codes": codes}


_STANCES_BY_CUE = {name: {"forward": cues, "backward": cues} for name, cues in _STANCES.items()}


def _code(name: str, group: str, phrase: str, precision: str, unmarked: str) -> Json:
    return {
        "code": name,
        "group": group,
        "label": phrase,
        "precision": precision,
        "unmarked": unmarked,
        "definition": "Invented.",
        "terms": [phrase],
        "matches": [],
        "rejects": [],
    }


def described(plan: Json) -> Json:
    """Return what a person wrote down beforehand: who sells what, and the two called Beacon."""
    sold = {name: product["firm"] for name, product in plan["products"].items()}
    firms = plan["firms"]
    beacons = [
        {
            "entity": entity_of("p_beacon", firm),
            "kind": "product",
            "name": f"Beacon ({firm_name(plan, firm, date(2020, 1, 1))})",
            "code": "p_beacon",
            "supplier": f"gb-coh-{firms[firm]['number']}",
            "why": "Two firms sell something called Beacon.",
        }
        for firm in ("marlow", "orrin")
    ]
    others = [
        {
            "entity": name,
            "kind": "product",
            "name": plan["products"][name]["phrase"],
            "code": name,
            "supplier": f"gb-coh-{firms[firm]['number']}",
        }
        for name, firm in sold.items()
        if name != "p_beacon"
    ]
    return {"entities": beacons + others, "judgements": None}
