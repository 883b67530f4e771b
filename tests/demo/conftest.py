"""The county, built and served once for all tests of the demo."""

import http.client
from collections.abc import Iterator

import pytest

from demo.papers import render
from demo.server import CountyServer
from demo.shapes import DemoDocument, World
from demo.world import build_world


class Browser:
    """Asks the county's server for pages over one kept-alive connection."""

    def __init__(self, server: CountyServer) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
        self.port = server.port

    def get(
        self, host: str, target: str, method: str = "GET", **headers: str
    ) -> tuple[int, bytes, dict[str, str]]:
        sent = {"Host": f"{host}:{self.port}"}
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        self.connection.request(method, target.replace(" ", "%20"), headers=sent)
        answer = self.connection.getresponse()
        return answer.status, answer.read(), dict(answer.getheaders())


@pytest.fixture(scope="session")
def world() -> World:
    return build_world()


@pytest.fixture(scope="session")
def rendered(world: World) -> dict[str, tuple[DemoDocument, bytes]]:
    """Every paper with its bytes, by seed."""
    return {paper.seed: (paper, render(paper)[0]) for paper in world.papers()}


@pytest.fixture
def server(world: World) -> Iterator[CountyServer]:
    with CountyServer(world=world) as running:
        yield running


@pytest.fixture
def browser(server: CountyServer) -> Iterator[Browser]:
    asked = Browser(server)
    yield asked
    asked.connection.close()
