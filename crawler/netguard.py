"""No request leaves for a private address: what is checked is what is connected to.

The resolver is wrapped, so a name that answers with a public address now and a private one a
moment later is caught: every answer passes here, also those for robots.txt and redirects.
Literal addresses are refused before anything is asked of their host.
"""

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Any
from urllib.parse import urlsplit

from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Request
from scrapy.utils.misc import build_from_crawler, load_object
from twisted.internet.interfaces import IHostnameResolver, IResolutionReceiver
from zope.interface import implementer, provider

from crawler.items import Outcome

SEED = "data:,start"
"""The one address that is no request: it starts a council's turn inside Scrapy."""
REFUSED: dict[str, str] = {}
"""Hosts whose address was refused in this process, and why."""
_EMBEDDED_IN_IPV6 = ("ipv4_mapped", "sixtofour")


class Refused(IgnoreRequest):
    """A request that was not sent, and the outcome recorded for it."""

    def __init__(self, outcome: Outcome, reason: str) -> None:
        super().__init__(reason)
        self.outcome = outcome
        self.reason = reason


def refusal(address: str) -> str | None:
    """Return why an IP address may not be connected to, or None for a public one."""
    ip: IPv4Address | IPv6Address = ip_address(address.partition("%")[0])
    if isinstance(ip, IPv6Address):
        for name in _EMBEDDED_IN_IPV6:
            if inner := getattr(ip, name):
                return refusal(str(inner))
        if ip.teredo or ip in _NAT64:
            return f"{ip} leads through a tunnel"
    if not ip.is_global or ip.is_multicast or ip.is_reserved:
        return f"{ip} is not a public address"
    return None


class _Nat64:
    """64:ff9b::/96, behind which any IPv4 address may lie."""

    def __contains__(self, ip: IPv6Address) -> bool:
        return int(ip) >> 32 == 0x64FF9B << 64


_NAT64 = _Nat64()


def literal(host: str) -> str | None:
    """Return the address where a host is written as one, else None."""
    try:
        return str(ip_address(host.strip("[]")))
    except ValueError:
        return None


class GuardMiddleware:
    """Lets only http and https out, and no literal private address."""

    def __init__(self, private_hosts: Sequence[str]) -> None:
        self._private = frozenset(private_hosts)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "GuardMiddleware":
        """Build it with the hosts that the study names as private."""
        return cls(crawler.settings.getlist("PRIVATE_HOSTS"))

    def process_request(self, request: Request) -> None:
        """Refuse what must not be asked; redirects and robots.txt come through here too."""
        if request.url == SEED:
            return
        # A redirected request would wait in the queue of the host it came from: each host has its
        # own pause and its own single connection.
        request.meta.pop("download_slot", None)
        parts = urlsplit(request.url)
        host = parts.hostname or ""
        if parts.scheme not in ("http", "https") or not host:
            raise Refused(Outcome.BLOCKED, f"`{parts.scheme}:` is neither http nor https")
        address = literal(host)
        if address and host not in self._private and (reason := refusal(address)):
            raise Refused(Outcome.BLOCKED, reason)


@implementer(IHostnameResolver)
class GuardedResolver:
    """A resolver that keeps private addresses back; it asks the one of INNER_RESOLVER."""

    def __init__(self, inner: Any, reactor: Any, private_hosts: Sequence[str]) -> None:
        self._inner = inner
        self._reactor = reactor
        self._private = frozenset(private_hosts)
        self._ask: Any = None

    @classmethod
    def from_crawler(cls, crawler: Any, reactor: Any) -> "GuardedResolver":
        """Build it around the resolver that the settings name."""
        inner_class = load_object(crawler.settings["INNER_RESOLVER"])
        inner = build_from_crawler(inner_class, crawler, reactor=reactor)
        return cls(inner, reactor, crawler.settings.getlist("PRIVATE_HOSTS"))

    def install_on_reactor(self) -> None:
        """Install the inner resolver, then stand before it."""
        self._inner.install_on_reactor()
        self._ask = self._reactor.nameResolver
        self._reactor.installNameResolver(self)

    def resolveHostName(  # noqa: N802 - Twisted's name
        self,
        resolutionReceiver: Any,  # noqa: N803
        hostName: str,  # noqa: N803
        portNumber: int = 0,  # noqa: N803
        addressTypes: Any = None,  # noqa: N803
        transportSemantics: str = "TCP",  # noqa: N803
    ) -> Any:
        """Resolve a name, keeping back every address that is not public."""
        receiver = resolutionReceiver
        if hostName not in self._private:
            receiver = _Sieve(receiver, hostName)
        return self._ask.resolveHostName(
            receiver, hostName, portNumber, addressTypes, transportSemantics
        )


@provider(IResolutionReceiver)
class _Sieve:
    """Passes on public addresses; remembers why others were kept back."""

    def __init__(self, receiver: Any, host: str) -> None:
        self._receiver = receiver
        self._host = host

    def resolutionBegan(self, resolution: Any) -> None:  # noqa: N802
        """Pass on that it began."""
        self._receiver.resolutionBegan(resolution)

    def addressResolved(self, address: Any) -> None:  # noqa: N802
        """Pass on an address if it is public."""
        if reason := refusal(address.host):
            REFUSED[self._host] = f"{self._host} resolves to a refused address: {reason}"
        else:
            self._receiver.addressResolved(address)

    def resolutionComplete(self) -> None:  # noqa: N802
        """Pass on that it is complete."""
        self._receiver.resolutionComplete()
