"""Pages that stand in the way of an answer: challenges, captchas, logins, told by what they say.

Such pages come with any status, also 200. What is kept apart here is a refusal and a finding; none
is ever worked around. The marks are those the suppliers' pages are known by.
"""

import re

LOOKED_AT_BYTES = 100_000
"""Challenges are small; what is larger is content."""
_MARKS = (
    ("Cloudflare", rb"cdn-cgi/challenge-platform|cf-chl-|cf_chl_opt|<title>\s*just a moment"),
    ("Imperva", rb"_incapsula_resource|incapsula incident id"),
    ("AWS WAF", rb"awswafcookiedomainlist|gokuprops|\.awswaf\.com"),
    ("Akamai", rb"errors\.edgesuite\.net|/_sec/cp_challenge/"),
    ("F5", rb"the requested url was rejected\. please consult with your administrator"),
    ("Sucuri", rb"sucuri website firewall"),
    ("DataDome", rb"captcha-delivery\.com"),
    ("PerimeterX", rb"\bpx-captcha\b|perimeterx"),
)
_CHALLENGES = tuple((name, re.compile(mark, re.IGNORECASE)) for name, mark in _MARKS)
_CAPTCHA = re.compile(rb"g-recaptcha|hcaptcha\.com|h-captcha|cf-turnstile", re.IGNORECASE)
_PASSWORD = re.compile(rb"<input[^>]+type\s*=\s*[\"']?password", re.IGNORECASE)
_LOGIN_TITLE = re.compile(
    rb"<title>[^<]{0,80}\b(log ?in|log ?on|sign ?in|authentication required)\b", re.IGNORECASE
)
_HTML = re.compile(rb"\s*(<!--.*?-->\s*)*<(!doctype html|html|head|body)\b", re.I | re.S)


def challenge(content: bytes) -> str | None:
    """Return what kind of page stands in the way, None where the content is an answer."""
    if len(content) > LOOKED_AT_BYTES or not _HTML.match(content.lstrip(b"\xef\xbb\xbf")[:2000]):
        return None
    for name, mark in _CHALLENGES:
        if mark.search(content):
            return f"a challenge page ({name}) in place of an answer"
    if _CAPTCHA.search(content) and not _papers(content):
        return "a captcha in place of an answer"
    if _PASSWORD.search(content) and _LOGIN_TITLE.search(content):
        return "a login page in place of an answer"
    return None


def _papers(content: bytes) -> bool:
    """Whether a page links papers: a search form beside them may hold a captcha."""
    return b"documents/" in content or b"document.ashx" in content.lower()
