"""A study of the county: the same files a researcher writes, pointing at the demo server."""

import csv
import shutil
from pathlib import Path
from typing import Any

import yaml

from demo.coders import CODERS
from demo.own_pages import CALENDAR, FEED, MEETINGS
from demo.services import NATIONAL_HOST, SCOTTISH_HOST, WELSH_HOST, national
from demo.shapes import DemoCouncil, World
from demo.transparency import RECORDS_HOST
from demo.trouble import Trouble, troubles
from demo.world import build_world

COUNCIL_COLUMNS = (
    *("council", "name", "official_name", "nation", "region", "type", "gss_code", "start_on"),
    *("end_on", "replaced_by", "platform", "base_url", "access_note"),
)
_REREAD = {"days": 35, "why": "as the real sites: minutes are published weeks after a meeting"}
_SLICE = {"days": 15, "why": "as the real service: one request asks for two weeks of notices"}
_THROTTLE = {"seconds": 0.02, "why": "our own server on loopback, which minds no pace"}
_CAVEATS = ["Everything is invented: no figure found here says anything about a real council."]


def write_study(folder: Path, port: int, codebook: Path, *, trials: bool = False) -> None:
    """Write the county's study into a folder, with a copy of the given codebook.

    It holds the councils whose sites refuse, are dead, or have moved; with `trials` also those
    that are slow, large or out to do harm.
    """
    world = build_world()
    (folder / "sources").mkdir(parents=True, exist_ok=True)
    troubled = [one for one in troubles() if trials or not one.trial]
    _write_councils(folder / "councils.csv", world, troubled, port)
    shutil.copyfile(codebook, folder / "codebook.yaml")
    _write_yaml(folder / "sources" / "modgov.yaml", _modgov(world, troubled, port))
    _write_yaml(folder / "sources" / "cmis.yaml", _cmis(world, port))
    _write_yaml(folder / "sources" / "pages.yaml", _pages(world, port))
    _write_yaml(folder / "sources" / "parchment.yaml", _parchment(world, port))
    _write_yaml(folder / "sources" / "contracts-finder.yaml", _notices(world, port))
    for name, source in _services(port).items():
        _write_yaml(folder / "sources" / f"{name}.yaml", source)
    _write_yaml(folder / "labels.yaml", {})
    _write_yaml(folder / "coders.yaml", CODERS)


def council_codes() -> frozenset[str]:
    """The codes of every council that a study of the county may name."""
    councils = (*build_world().councils, *(one.council for one in troubles()))
    return frozenset(council.code for council in councils)


def _write_councils(path: Path, world: World, troubled: list[Trouble], port: int) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COUNCIL_COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(_council_row(council, port) for council in world.councils)
        rows = (
            _council_row(one.council, port) | {"base_url": one.base_url(port)} for one in troubled
        )
        writer.writerows(rows)


def _council_row(council: DemoCouncil, port: int) -> dict[str, str]:
    keys = ("name", "official_name", "nation", "region", "type", "gss_code")
    row = dict.fromkeys(COUNCIL_COLUMNS, "") | {key: getattr(council, key) for key in keys}
    base_url = f"http://{council.host}:{port}{council.entry}"
    platform = "unknown" if council.platform == "pages" else council.platform
    return row | {"council": council.code, "platform": platform, "base_url": base_url}


def _source(
    title: str, kind: str, spider: str, hosts: list[str], url: str, window: dict[str, Any]
) -> dict[str, Any]:
    return {
        "title": title,
        "kind": kind,
        "publisher": "Council Corpus (the fictional county)",
        "url": url,
        "licence": "CC0-1.0",
        "licence_url": "https://creativecommons.org/publicdomain/zero/1.0/",
        "coverage": "invented councils, seven without trouble, January 2023 to September 2026",
        "spider": spider,
        "throttle": dict(_THROTTLE),
        "window": dict(window),
        "caveats": list(_CAVEATS),
        "private_hosts": hosts,
    }


def _modgov(world: World, troubled: list[Trouble], port: int) -> dict[str, Any]:
    source = _papers(world, port, "modgov", "ModernGov committee papers of the county")
    source["private_hosts"] += [host for one in troubled for host in one.hosts]
    # As of the real sites one paper, for some of the troubled have hardly more.
    source["assertions"]["min_documents"] = 1
    return source


def _cmis(world: World, port: int) -> dict[str, Any]:
    return _papers(world, port, "cmis", "CMIS committee papers of the county")


def _parchment(world: World, port: int) -> dict[str, Any]:
    return _papers(world, port, "parchment", "Parchment committee papers of the county")


def _pages(world: World, port: int) -> dict[str, Any]:
    sites = {
        council.code: {
            "start": [
                f"http://{council.host}:{port}{MEETINGS}",
                f"http://{council.host}:{port}{FEED}",
            ],
            "follow": [MEETINGS, CALENDAR],
            "documents": ["/media/"],
            "most_pages": 80,
        }
        for council in world.on("pages")
    }
    source = _papers(world, port, "pages", "Papers on a council's own web pages")
    return source | {"sites": sites}


def _papers(world: World, port: int, platform: str, title: str) -> dict[str, Any]:
    councils = world.on(platform)
    hosts = [council.host for council in councils]
    url = f"http://{hosts[0]}:{port}/"
    source = _source(title, "papers", platform, hosts, url, _REREAD)
    counts = [sum(1 for _ in council.papers()) for council in councils]
    # For each council; one without packs, refusals and failures still has well over half of them.
    limits = {"min_documents": min(counts) // 2, "max_documents": max(counts) * 2}
    return source | {"assertions": limits}


def _notices(world: World, port: int) -> dict[str, Any]:
    host, expected = world.notices_host, len(world.notices)
    url = f"http://{host}:{port}/"
    source = _source(
        "The county's procurement notices", "notices", "contracts_finder", [host], url, _SLICE
    )
    return source | {"assertions": {"min_documents": expected // 2, "max_documents": expected * 2}}


def _services(port: int) -> dict[str, dict[str, Any]]:
    """The sources of the other services and of the transparency records."""
    month = {"days": 31, "why": "as the real service: it takes a month and nothing finer"}
    always = {"days": 3650, "why": "as the real list: it is short, and asked for in every crawl"}
    told = {
        "find-tender": (NATIONAL_HOST, "notices", "find_tender", _SLICE, len(national())),
        "public-contracts-scotland": (SCOTTISH_HOST, "notices", "proactis", month, 6),
        "sell2wales": (WELSH_HOST, "notices", "proactis", month, 4),
        "govuk-transparency": (RECORDS_HOST, "records", "govuk_transparency", always, 5),
    }
    found = {}
    for name, (host, kind, spider, window, expected) in told.items():
        url, title = f"http://{host}:{port}/", f"The county's {name}"
        source = _source(title, kind, spider, [host], url, window)
        # A crawl of a few months finds little here, so that no fewest number says anything.
        limits = {"min_documents": 0, "max_documents": expected * 2}
        pace = _THROTTLE | {"seconds": 0}  # two of them want some twenty requests a month
        found[name] = source | {"assertions": limits, "throttle": pace}
    return found


def _write_yaml(path: Path, value: dict[str, Any]) -> None:
    text = yaml.safe_dump(value, sort_keys=False, allow_unicode=True)
    path.write_text(text, encoding="utf-8")
