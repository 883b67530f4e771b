"""Names under the reserved `.test` resolve to loopback; every other name as Scrapy does it.

Those under `.nowhere.test` do not resolve.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from scrapy.resolver import CachingThreadedResolver
from twisted.internet import defer
from twisted.internet.error import DNSLookupError

if TYPE_CHECKING:
    from twisted.internet.defer import Deferred

LOOPBACK = "127.0.0.1"


def is_county_host(name: str) -> bool:
    """Whether a host name lies under `.test`, which RFC 6761 keeps for testing."""
    return name.lower().rstrip(".").endswith(".test")


class CountyResolver(CachingThreadedResolver):
    """For Scrapy's setting TWISTED_DNS_RESOLVER, which was called DNS_RESOLVER before 2.19."""

    def getHostByName(  # noqa: N802 - the name is Twisted's
        self, name: str, timeout: Sequence[int] = ()
    ) -> "Deferred[str]":
        """The address of a name: loopback for the county, without asking any name server."""
        if name.lower().endswith(".nowhere.test"):
            return defer.fail(DNSLookupError(f"no address for {name}"))
        if is_county_host(name):
            return defer.succeed(LOOPBACK)
        return super().getHostByName(name, timeout)
