import json

import pytest
from click.testing import CliRunner

from demo.cli import county, describe
from demo.server import CountyServer
from demo.world import build_world


@pytest.fixture(autouse=True)
def interrupted(monkeypatch: pytest.MonkeyPatch) -> None:
    def wait(self: CountyServer) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(CountyServer, "wait", wait)


def test_lines_name_every_host() -> None:
    result = CliRunner().invoke(county, [])
    assert result.exit_code == 0
    assert "democracy.aldermere.test" in result.stdout and "notices.county.test" in result.stdout


def test_json() -> None:
    facts = json.loads(CliRunner().invoke(county, ["--json"]).stdout)
    assert facts["port"] > 0
    assert set(facts["examples"]) == set(build_world().hosts)


def test_describe(server: CountyServer) -> None:
    assert all(f":{server.port}/" in url for url in describe(server)["examples"].values())
