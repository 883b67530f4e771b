"""Challenge, captcha and login pages are told from content by what they say."""

from pathlib import Path

import pytest

from crawler.challenge import LOOKED_AT_BYTES, challenge

PAGE = b"<!DOCTYPE html><html><head><title>%s</title></head><body>%s</body></html>"


@pytest.mark.parametrize(
    ("page", "named"),
    [
        (PAGE % (b"Just a moment...", b""), "Cloudflare"),
        (PAGE % (b"", b"<script src='/cdn-cgi/challenge-platform/h/b'></script>"), "Cloudflare"),
        (b"<html><iframe src='/_Incapsula_Resource?SWUDNSAI=31'></iframe></html>", "Imperva"),
        (PAGE % (b"", b"<script>window.gokuProps = {}</script>"), "AWS WAF"),
        (PAGE % (b"Access Denied", b"https://errors.edgesuite.net/18.1"), "Akamai"),
        (
            PAGE
            % (b"", b"The requested URL was rejected. Please consult with your administrator."),
            "F5",
        ),
        (PAGE % (b"", b"<h1>Sucuri Website Firewall - Access Denied</h1>"), "Sucuri"),
        (PAGE % (b"", b"<script src='https://ct.captcha-delivery.com/c.js'></script>"), "DataDome"),
        (PAGE % (b"", b"<div id='px-captcha'></div>"), "PerimeterX"),
        (PAGE % (b"One step", b"<div class='g-recaptcha'></div>"), "captcha"),
        (PAGE % (b"Log in", b"<form><input name=p type='password'></form>"), "login"),
        (b"\xef\xbb\xbf\n<!-- x -->" + PAGE % (b"Sign in", b"<input type=password>"), "login"),
    ],
)
def test_what_stands_in_the_way_is_named(page: bytes, named: str) -> None:
    assert named in (challenge(page) or "")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"%PDF-1.7 just a moment cf-chl-",
        b"<?xml version='1.0'?><committees>g-recaptcha</committees>",
        PAGE % (b"Agenda for Cabinet", b"<a href='documents/s1/a.pdf'>The log in problem</a>"),
        PAGE % (b"Agenda", b"<input type=password> members' area <a href='documents/s1/a.pdf'>"),
        PAGE % (b"Search", b"<div class='g-recaptcha'></div><a href='documents/s1/a.pdf'>a</a>"),
        PAGE % (b"Just a moment", b"x" * LOOKED_AT_BYTES),
    ],
)
def test_content_is_let_through(content: bytes) -> None:
    assert challenge(content) is None


def test_recorded_pages_are_content(testdata: Path) -> None:
    pages = [
        path
        for folder in ("moderngov", "lgsf", "cmis", "recorded/modgov-weca")
        for path in (testdata / "samples" / folder).glob("*.html")
    ]
    assert len(pages) > 15
    assert {path.name: told for path in pages if (told := challenge(path.read_bytes()))} == {}
