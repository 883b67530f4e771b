"""Scrapy's settings, each with its reason; those of a source come from the study."""

import os
from collections.abc import Iterable
from importlib.metadata import version
from typing import Any
from urllib.parse import urlsplit

from scrapy.settings import Settings as ScrapySettings

from corpus.errors import CorpusError
from corpus.settings import Settings
from corpus.study import Source, Study

CONTACT_VARIABLE = "CORPUS_CONTACT"
RESOLVER_VARIABLE = "CORPUS_RESOLVER"
"""Dotted path of a resolver class, for tests and the demo: its names lie on loopback."""
PAUSE_VARIABLE = "CORPUS_PAUSE_SECONDS"
PAUSE_SECONDS = 300.0
"""Silence after "too many requests": Contracts Finder asks for five minutes."""
AGENT = "CouncilCorpus"
"""The name by which robots.txt may address us."""

BOT_NAME = AGENT
SPIDER_MODULES = ["crawler.spiders"]
ROBOTSTXT_OBEY = True
ROBOTSTXT_USER_AGENT = AGENT
# One connection to a host, and the study's pause between two requests; a random pause would at
# times be shorter than the one we promise.
CONCURRENT_REQUESTS_PER_DOMAIN = 1
DOWNLOAD_DELAY_JITTER = 0
# A slow site gets longer pauses: as long as its answers take. Never shorter than the study's.
AUTOTHROTTLE_ENABLED = True
AUTOTHROTTLE_START_DELAY = 0
AUTOTHROTTLE_MAX_DELAY = 60
# Nothing may listen while the words of strangers are read: two of Scrapy's extensions open a port
# through which Python is run. Exports have no use here and take their time to load.
EXTENSIONS = {
    "scrapy.extensions.throttle.AutoThrottle": None,
    "crawler.middlewares.PatientThrottle": 0,
    "scrapy.extensions.remote_control.RemoteControl": None,
    "scrapy.extensions.telnet.TelnetConsole": None,
    "scrapy.extensions.feedexport.FeedExporter": None,
}
# So many sites side by side: each mostly waits in its pause.
CONCURRENT_REQUESTS = 128
DOWNLOAD_SLOTS = {"": {"delay": 0, "concurrency": 1}}  # the seeds, which ask nobody
# Self-hosted installations have been seen to take 60 seconds for an answer.
DOWNLOAD_TIMEOUT = 180
DOWNLOAD_WARNSIZE = 0
DOWNLOAD_VERIFY_CERTIFICATES = True
RETRY_TIMES = 2
RETRY_HTTP_CODES = [500, 502, 503, 504, 522, 524, 408]
RETRY_EXCEPTIONS = [
    "scrapy.exceptions.DownloadFailedError",
    "scrapy.exceptions.DownloadTimeoutError",
    "scrapy.exceptions.ResponseDataLossError",
]
RETRY_GIVE_UP_LOG_LEVEL = "INFO"  # recorded as a failure by the spider
REDIRECT_MAX_TIMES = 5
METAREFRESH_ENABLED = False
COOKIES_ENABLED = False
# Where a redirect came from is no business of the host it leads to.
REFERRER_POLICY = "no-referrer"
# A proxy of the environment would resolve names itself, behind the guard's back.
HTTPPROXY_ENABLED = False
LOG_LEVEL = "WARNING"
STATS_DUMP = False
DOWNLOAD_HANDLERS = {"file": None, "ftp": None, "s3": None}
ITEM_PIPELINES = {"crawler.pipelines.WritePipeline": 100}
DOWNLOADER_MIDDLEWARES = {
    "crawler.netguard.GuardMiddleware": 40,  # before robots.txt is asked for
    "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
    "crawler.middlewares.RobotsMiddleware": 100,
    # Above retries and redirects: it sees what came of a robots.txt in the end.
    "crawler.middlewares.RobotsCacheMiddleware": 540,
    "scrapy.downloadermiddlewares.retry.RetryMiddleware": None,
    "crawler.middlewares.PatientRetryMiddleware": 550,
    "scrapy.downloadermiddlewares.offsite.OffsiteMiddleware": None,
}
TWISTED_DNS_RESOLVER = "crawler.netguard.GuardedResolver"
INNER_RESOLVER = "scrapy.resolver.CachingThreadedResolver"


class NoContact(CorpusError):
    """A live crawl needs an address at which site owners can reach us."""


def contact(study: Study) -> str:
    """Return the address that the user agent names: the environment's, else the study's."""
    return os.environ.get(CONTACT_VARIABLE, "").strip() or study.contact


def user_agent(address: str) -> str:
    """Return who asks: name, version and where to write to."""
    told = f" (+{address})" if address else ""
    return f"{AGENT}/{version('council-corpus')}{told}"


def require_contact(urls: Iterable[str], private_hosts: Iterable[str], address: str) -> None:
    """Raise `NoContact` where a public host would be asked without saying who asks."""
    private = set(private_hosts)
    public = sorted({host for url in urls if (host := urlsplit(url).hostname)} - private)
    if public and not address:
        raise NoContact(
            f"Without a contact no public site is asked ({len(public):,} would be, first "
            f"{public[0]}). Set {CONTACT_VARIABLE}, or `contact` in the study's study.yaml, to an "
            "e-mail address or a web page that says who you are and what you collect; it becomes "
            "part of the user agent."
        )


def pause_seconds() -> float:
    """Return how long to be silent after "too many requests"."""
    return float(os.environ.get(PAUSE_VARIABLE) or PAUSE_SECONDS)


def process_settings(
    private_hosts: Iterable[str], resolver: str | None, address: str
) -> ScrapySettings:
    """Return the settings of the process: those of this module, and what the study adds."""
    own = {name: value for name, value in globals().items() if name in _NAMES}
    found: dict[str, Any] = own | {
        "USER_AGENT": user_agent(address),
        "PRIVATE_HOSTS": sorted(private_hosts),
        "DOWNLOAD_MAXSIZE": Settings.from_environment().max_file_bytes,
    }
    if resolver:
        found["INNER_RESOLVER"] = resolver
    return ScrapySettings(found)


def source_settings(process: ScrapySettings, source: Source) -> ScrapySettings:
    """Return a copy of the process's settings with the pace of one source."""
    settings = process.copy()
    settings.set("DOWNLOAD_DELAY", source.throttle_seconds)
    return settings


_NAMES = frozenset(
    name
    for name in globals()
    if name.isupper() and not name.endswith("_VARIABLE") and not name.startswith("_")
) - {"AGENT", "PAUSE_SECONDS"}
