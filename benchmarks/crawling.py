"""How well a crawl uses the pace it is permitted, what it can do without one, and what it holds.

    python benchmarks/crawling.py [--parts pace,ceiling,again,memory] [--documents N] [--json FILE]

pace: 60 hosts with a second between two requests to each; the share of the permitted requests.
ceiling: no pause; one process and two against bare Scrapy asking for the same, in the same run.
again: a second crawl when nothing is new; its requests and downloads against the first one's.
memory: resident memory in the last quarter of many documents against that in the first.

The sites are served by a process of their own (`hosts.py`, asyncio) on 127.0.0.1.
"""

import argparse
import csv
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, fields
from pathlib import Path

import yaml

from corpus.settings import default_study
from corpus.study import Council

ROOT = Path(__file__).parents[1]
WINDOW = ("--since", "2026-01-01", "--until", "2026-10-31")
RESOLVER = "demo.resolver.CountyResolver"
Figures = dict[str, float]


@dataclass
class Served:
    """A running server of many hosts: its port and how far its log had come."""

    port: int
    log: Path

    def state(self) -> tuple[float, float, int, int]:
        """Return when the first and last request came, and how many requests and papers."""
        time.sleep(0.5)  # the log is written five times a second
        first, last, asked, papers = self.log.read_text().splitlines()[-1].split()
        return float(first), float(last), int(asked), int(papers)


@contextmanager
def serving(folder: Path, meetings: int, papers: int) -> Iterator[Served]:
    """Serve hosts, each with so many meetings of so many papers."""
    port, log = folder / "port", folder / "log"
    port.unlink(missing_ok=True)
    command = [sys.executable, str(ROOT / "benchmarks" / "hosts.py"), str(port), str(log)]
    process = subprocess.Popen([*command, str(meetings), str(papers)], stdin=subprocess.PIPE)
    while not (port.exists() and port.read_text()):
        time.sleep(0.05)
    try:
        yield Served(int(port.read_text()), log)
    finally:
        process.communicate()


def write_study(folder: Path, port: int, hosts: range, delay: float) -> None:
    """Write a study of one council for each host."""
    (folder / "sources").mkdir(parents=True)
    (folder / "codebook.yaml").write_bytes((default_study() / "codebook.yaml").read_bytes())
    source = yaml.safe_load((default_study() / "sources" / "modgov.yaml").read_text())
    source["throttle"]["seconds"] = delay
    source["private_hosts"] = [f"h{number}.test" for number in hosts]
    source["assertions"]["max_documents"] = 10_000_000
    (folder / "sources" / "modgov.yaml").write_text(yaml.safe_dump(source))
    names = [one.name for one in fields(Council)]
    with (folder / "councils.csv").open("w", newline="") as stream:
        writer = csv.DictWriter(stream, names)
        writer.writeheader()
        writer.writerows(_council(number, port, names) for number in hosts)


def _council(number: int, port: int, names: list[str]) -> dict[str, str]:
    code = "H" + "".join(chr(65 + number // 26**place % 26) for place in (2, 1, 0))
    told = {"council": code, "name": code, "official_name": code, "platform": "modgov"}
    return dict.fromkeys(names, "") | told | {"base_url": f"http://h{number}.test:{port}"}


def start(folder: Path, *options: str) -> subprocess.Popen[bytes]:
    """Start a crawl of a folder's study into its corpus."""
    corpus = ["--corpus", str(folder / "corpus.db"), "--study", str(folder / "study")]
    command = [sys.executable, "-m", "workbench.main", *corpus, "crawl", *WINDOW, *options]
    environment = os.environ | {"PYTHONPATH": str(ROOT), "CORPUS_RESOLVER": RESOLVER}
    return subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL)


def finish(*processes: subprocess.Popen[bytes]) -> None:
    """Wait for processes; none may fail."""
    for process in processes:
        if process.wait() not in (0, 4):
            sys.exit(f"{process.args!r} ended with exit code {process.returncode}")


def pace(folder: Path, hosts: int = 60, delay: float = 1.0) -> Figures:
    """Return the share of the permitted requests that one process makes."""
    with serving(folder, 10, 4) as served:
        write_study(folder / "study", served.port, range(hosts), delay)
        finish(start(folder))
        first, last, asked, _ = served.state()
    permitted = hosts * ((last - first) / delay + 1)
    return {
        "hosts": hosts,
        "requests": asked,
        "seconds": round(last - first, 1),
        "requests a second": round(asked / (last - first), 1),
        "share of the permitted": round(asked / permitted, 3),
    }


def ceiling(folder: Path, hosts: int = 60, meetings: int = 10, papers: int = 4) -> Figures:
    """Return requests a second without a pause: one process, two, and bare Scrapy."""
    rates: Figures = {}
    for name, processes in (("one process", 1), ("two processes", 2), ("bare Scrapy", 0)):
        place = folder / name.replace(" ", "-")
        place.mkdir()
        with serving(place, meetings, papers) as served:
            running = [
                start_share(place / f"{share}", served.port, range(share, hosts, processes))
                for share in range(processes)
            ] or [start_bare(served.port, hosts, meetings, papers)]
            finish(*running)
            first, last, asked, _ = served.state()
        rates[f"requests a second, {name}"] = round(asked / (last - first), 1)
    one, two, bare = rates.values()
    ratios = {"one process : bare": one / bare, "two processes : one": two / one}
    return rates | {name: round(ratio, 2) for name, ratio in ratios.items()}


def start_share(folder: Path, port: int, hosts: range) -> subprocess.Popen[bytes]:
    """Start the crawl of some of the hosts into a corpus of its own."""
    folder.mkdir()
    write_study(folder / "study", port, hosts, 0)
    return start(folder)


def start_bare(port: int, hosts: int, meetings: int, papers: int) -> subprocess.Popen[bytes]:
    """Start bare Scrapy on the same hosts."""
    told = [str(number) for number in (port, hosts, meetings, papers)]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    return subprocess.Popen(
        [sys.executable, str(ROOT / "benchmarks" / "bare.py"), *told], cwd=ROOT, env=environment
    )


def again(folder: Path, hosts: int = 20) -> Figures:
    """Return what a second crawl asks for when nothing is new, against the first."""
    with serving(folder, 10, 8) as served:
        write_study(folder / "study", served.port, range(hosts), 0)
        finish(start(folder))
        *_, first, papers = served.state()
        finish(start(folder))
        *_, both, downloads = served.state()
    return {
        "requests of the first crawl": first,
        "requests of the second": both - first,
        "share": round((both - first) / first, 4),
        "documents downloaded by the second": downloads - papers,
    }


def memory(folder: Path, documents: int) -> Figures:
    """Return the resident memory of a crawl of many documents of one host."""
    meetings = max(1, documents // 50)
    with serving(folder, meetings, 50) as served:
        write_study(folder / "study", served.port, range(1), 0)
        process, began = start(folder), time.monotonic()
        samples = list(_samples(process, served.log))
        seconds = time.monotonic() - began
        finish(process)
        *_, papers = served.state()
    quarter = papers / 4
    first = max(kib for done, kib in samples if done <= quarter)
    last = max(kib for done, kib in samples if done >= 3 * quarter)
    return {
        "documents": papers,
        "seconds": round(seconds),
        "documents a second": round(papers / seconds),
        "MiB at most in the first quarter": round(first / 1024, 1),
        "MiB at most in the last quarter": round(last / 1024, 1),
        "last : first": round(last / first, 3),
    }


def _samples(process: subprocess.Popen[bytes], log: Path) -> Iterator[tuple[int, int]]:
    """Yield papers served so far and the process's resident memory in KiB, five times a second."""
    status = Path(f"/proc/{process.pid}/status")
    while process.poll() is None:
        lines = log.read_text().splitlines()
        told = [line for line in status.read_text().splitlines() if line.startswith("VmRSS")]
        if lines and told and len(lines[-1].split()) == 4:
            yield int(lines[-1].split()[3]), int(told[0].split()[1])
        time.sleep(0.2)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--parts", default="pace,ceiling,again,memory")
    parser.add_argument("--documents", type=int, default=100_000)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    parts: dict[str, Callable[[Path], Figures]] = {
        "pace": pace,
        "ceiling": ceiling,
        "again": again,
        "memory": lambda folder: memory(folder, options.documents),
    }
    answer: dict[str, Figures] = {}
    for name in options.parts.split(","):
        with tempfile.TemporaryDirectory() as folder:
            answer[name] = parts[name](Path(folder))
        print(
            name, *(f"  {what:42} {value:>12,}" for what, value in answer[name].items()), sep="\n"
        )
    if options.json:
        options.json.write_text(json.dumps(answer, indent=2) + "\n")


if __name__ == "__main__":
    main()
