"""Scrapy's process: started once, ended cleanly, also by Ctrl-C."""

import asyncio
import logging
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any, cast

from scrapy.crawler import AsyncCrawlerProcess
from scrapy.settings import Settings as ScrapySettings
from twisted.internet.error import ReactorNotRunning

Work = Callable[[AsyncCrawlerProcess], Coroutine[Any, Any, None]]


def run_process(settings: ScrapySettings, work: Work) -> None:
    """Run Scrapy's reactor until `work` is done; it can be started once in a process."""
    process = AsyncCrawlerProcess(settings)
    # What cannot be had of robots.txt is recorded as a refusal, with its reason.
    logging.getLogger("scrapy.downloadermiddlewares.robotstxt").setLevel(logging.CRITICAL)
    loop = asyncio.get_event_loop()
    task = loop.create_task(work(process))
    task.add_done_callback(_stop_reactor)
    process.start(stop_after_crawl=False)
    # Ctrl-C stops the reactor before the work has recorded how it ended.
    loop.run_until_complete(task)


def _stop_reactor(task: object) -> None:
    from twisted.internet import reactor  # chosen by the process, not when this module is read

    with suppress(ReactorNotRunning):
        cast(Any, reactor).stop()
