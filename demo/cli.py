"""The command `county`: serve the fictional county's sites."""

import json
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from demo.server import CountyServer
    from demo.shapes import DemoCouncil


@click.command()
@click.option("--port", type=int, default=0, help="Port on 127.0.0.1; 0 lets the system choose.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def county(port: int, as_json: bool) -> None:
    """Serve the fictional county's sites until interrupted.

    \b
    Example:
      corpus county
    """
    from demo.server import CountyServer

    with CountyServer(port) as server:
        facts = describe(server)
        click.echo(json.dumps(facts) if as_json else "\n".join(_lines(facts)))
        try:
            server.wait()
        except KeyboardInterrupt:
            click.echo("Stopped.", err=True)


def describe(server: "CountyServer") -> dict[str, Any]:
    """The port, the host names and an example URL for each host."""
    examples = {
        council.host: server.url(council.host, _example(council))
        for council in server.world.councils
    }
    host = server.world.notices_host
    examples[host] = server.url(host, "Published/Notices/OCDS/Search?limit=10")
    return {"address": "127.0.0.1", "port": server.port, "examples": examples}


def _example(council: "DemoCouncil") -> str:
    if council.platform == "modgov":
        return "mgWebService.asmx/GetCommittees" if council.service else "mgListCommittees.aspx"
    if council.platform == "parchment":
        return "api/calendar?month=2026-05"
    return council.entry or "democracy/meetings/"


def _lines(facts: dict[str, Any]) -> list[str]:
    port = facts["port"]
    head = f"The county answers on 127.0.0.1:{port} to these host names (Ctrl-C stops it):"
    rows = [f"  {host:28} {url}" for host, url in facts["examples"].items()]
    host, url = next(iter(facts["examples"].items()))
    path = url.partition(f":{port}")[2]
    return [head, *rows, f"Try: curl -H 'Host: {host}' http://127.0.0.1:{port}{path}"]
