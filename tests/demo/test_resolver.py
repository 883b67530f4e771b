import pytest
from twisted.internet.testing import MemoryReactorClock

from demo.resolver import CountyResolver, is_county_host


@pytest.mark.parametrize(
    ("name", "ours"),
    [
        ("democracy.aldermere.test", True),
        ("NOTICES.county.TEST.", True),
        ("latest", False),
        ("example.test.org", False),
    ],
)
def test_is_county_host(name: str, ours: bool) -> None:
    assert is_county_host(name) is ours


def test_the_county_resolves_to_loopback_without_a_name_server() -> None:
    # No reactor is installed: the resolver gets a dummy one.
    resolver = CountyResolver(MemoryReactorClock(), 10, 1.0)
    found: list[str] = []
    resolver.getHostByName("modgov.brindleford.test").addCallback(found.append)
    assert found == ["127.0.0.1"]


def test_other_names_go_to_scrapys_own_resolver(monkeypatch: pytest.MonkeyPatch) -> None:
    from scrapy.resolver import CachingThreadedResolver

    asked: list[str] = []
    monkeypatch.setattr(
        CachingThreadedResolver, "getHostByName", lambda self, name, timeout=(): asked.append(name)
    )
    CountyResolver(MemoryReactorClock(), 10, 1.0).getHostByName("example.org")
    assert asked == ["example.org"]
