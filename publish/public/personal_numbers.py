"""Numbers and addresses of the wire by which a person is known: found by form and check digit.

Pure. Each pattern is bounded, so that no text makes it slow.
"""

import re
from collections.abc import Iterator

from publish.public.findings import Finding

NEAR = 60
"""Characters within which a word tells what a number is."""
AROUND = 160
"""Characters within which a telephone number's owner is named."""
PUBLIC_DOMAINS = re.compile(
    r"(?:^|\.)(?:gov\.(?:uk?|wales|scot)|llyw\.cymru|police\.uk|nhs\.uk\w{0,3}|ico\.org\.uk|parliament\.uk|mod\.uk|"
    r"senedd\.wales|parliament\.scot)$",
    re.IGNORECASE,
)
"""Mail domains of public bodies: who writes from there does so in a public role (a line's end may
have cut the last letter off)."""
ROLE_MAILBOX = re.compile(
    r"^(?:info|information|enquir(?:y|ies)|contact(?:us)?|sales|press|media|admin|office|hello|"
    r"support|help(?:desk)?|procurement|foi|dpo|data\.?protection|privacy|feedback|"
    r"customer(?:\.?services?)?|team|mail|marketing|casework|legal|accounts|service\.?desk|clerk|bids?|"
    r"e?tendering|e?tenders?|planning|council|democratic(?:\.?services)?|commercial|estates)\b",
    re.IGNORECASE,
)
RESIDENT = re.compile(
    r"\b(?:residents?|tenants?|applicants?|appellants?|objectors?|complainants?|claimants?|"
    r"service users?|patients?|neighbours?|householders?|home ?owners?|leaseholders?|petitioners?|"
    r"members? of the public|mother|father|daughter|son|carer|widow|lives? (?:at|in|on)|"
    r"living at|at home|\(home\)|home address|her home|his home|aged \d|household)\b",
    re.IGNORECASE,
)
"""Words that tell of a private person."""
OFFICIAL = re.compile(
    r"\b(?:councillors?|cllrs?|officers?|directors?|head of|managers?|chief|leader|chair(?:man|"
    r"woman|person)?|clerk|solicitor|secretary|inspector|commissioner|portfolio holder|cabinet "
    r"member|authors?|analysts?|consultants?|professor|executive|planner|engineer|accountant|"
    r"auditors?|lead (?:member|officer)|team|department|directorate|switchboard|reception|"
    r"enquiries|customer services|out of hours|supplier|limited|ltd|plc|llp|university|"
    r"town hall|city hall|county hall|civic cent(?:re|er)|council offices|council chamber|"
    r"independent person|gov\.uk|alderman|mayor)\b",
    re.IGNORECASE,
)
"""Words that tell of a person in a public role, of an office, or of a firm."""

_EMAIL = re.compile(
    r"(?<![\w.+/-])\w[\w.%+'-]{0,63}@([A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,5})"
)
_PHONE = re.compile(
    r"(?<![\w.,£/-])(?:\+44[ ]?(?:\(0\)[ ]?)?|\(?0)[1-9](?:[ ()-]{0,2}\d){8,9}(?![\w/-])"
)
_NI = re.compile(r"(?<![A-Z0-9])([A-Z]{2})[ ]?\d{2}[ ]?\d{2}[ ]?\d{2}[ ]?[A-D](?![A-Za-z0-9])")
_NI_PREFIX = re.compile(r"(?!BG|GB|KN|NK|NT|TN|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z]")
_NI_WORD = re.compile(r"national insurance|\bnino?\b", re.IGNORECASE)
_NHS = re.compile(r"(?<![\d.,£/-])(\d{3})([ -]?)(\d{3})\2(\d{4})(?![\d/-]|[.,]\d)")
_NHS_WORD = re.compile(r"\bNHS\b|\bpatients?\b|\bhospital number", re.IGNORECASE)
_SORT_CODE = re.compile(r"(?<![\d.-])\d{2}([ -])\d{2}\1\d{2}(?![\d.-])")
_SORT_WORD = re.compile(r"\bsort\s?code", re.IGNORECASE)
_ACCOUNT = re.compile(
    r"\b(?:account|a/c|acct)\s{0,2}(?:numbers?|nos?\.?|reference|ref\.?)?\s{0,2}[:#]?\s{0,2}"
    r"((?=[A-Z/-]{0,8}\d)[A-Z0-9][A-Z0-9/-]{5,19})\b",
    re.IGNORECASE,
)
_IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?:[ ]?[A-Z0-9]{4}){3,7}(?:[ ]?[A-Z0-9]{1,3})?\b")
_CARD = re.compile(r"(?<![\d.-])\d{4}([ -]?)\d{4}\1\d{4}\1\d{1,7}(?![\d.-])")
_BORN = re.compile(
    r"\b(?:date of birth|d\.?o\.?b\.?|born(?: on)?)\s{0,2}:?\s{0,2}"
    r"(\d{1,2}(?:[./ -]\d{1,2}[./ -]|(?:st|nd|rd|th)?\s[A-Z][a-z]{2,8}\s)\d{2,4})",
    re.IGNORECASE,
)
_LOCAL = re.compile(r"\bfile:/{1,3}[^\s<>\"']{0,400}", re.IGNORECASE)


def numbers(text: str) -> Iterator[Finding]:
    """Yield what is found by form: mail, telephone, NI, NHS, account and card numbers, births."""
    yield from _mails(text)
    yield from _phones(text)
    yield from _insurance(text)
    yield from _health(text)
    yield from _accounts(text)
    for match in _BORN.finditer(text):
        yield Finding(*match.span(1), "birth-date", "a date of birth")
    for match in _LOCAL.finditer(text):
        yield Finding(*match.span(), "local-path", "an address on somebody's own machine")


def around(text: str, start: int, end: int, width: int) -> str:
    """Return the text from `width` characters before to `width` after a stretch."""
    return text[max(start - width, 0) : end + width]


def _mails(text: str) -> Iterator[Finding]:
    for match in _EMAIL.finditer(text):
        if not (PUBLIC_DOMAINS.search(match[1]) or ROLE_MAILBOX.search(match[0])):
            yield Finding(*match.span(), "email", "an e-mail address outside public bodies")


def _phones(text: str) -> Iterator[Finding]:
    for match in _PHONE.finditer(text):
        number = match[0].replace("(0)", "")
        digits = re.sub(r"\D", "", number).removeprefix("44").lstrip("0")
        if len(digits) != 10 or digits[0] in "38":  # numbers of organisations begin with 03 and 08
            continue
        if min(map(len, re.findall(r"\d+", number.removeprefix("+44")))) < 3:  # a reference
            continue
        near = around(text, *match.span(), AROUND)
        if digits[0] == "7":
            yield Finding(*match.span(), "phone", "a mobile telephone number")
        elif RESIDENT.search(near) or not OFFICIAL.search(near):
            yield Finding(*match.span(), "phone", "a telephone number of no office")


def _insurance(text: str) -> Iterator[Finding]:
    for match in _NI.finditer(text):
        told = _NI_WORD.search(around(text, *match.span(), NEAR))
        if told or _NI_PREFIX.fullmatch(match[1]):
            yield Finding(*match.span(), "ni-number", "the form of a National Insurance number")


def _health(text: str) -> Iterator[Finding]:
    for match in _NHS.finditer(text):
        if not has_nhs_check_digit(match[1] + match[3] + match[4]):
            continue
        if _NHS_WORD.search(around(text, *match.span(), NEAR)):
            yield Finding(*match.span(), "nhs-number", "an NHS number: its check digit is right")
        elif match[2]:
            why = "the form and check digit of an NHS number; nothing says what it is"
            yield Finding(*match.span(), "nhs-number", why, sure=False)


def has_nhs_check_digit(digits: str) -> bool:
    """Whether ten digits have the check digit of an NHS number (modulus 11)."""
    total = sum(int(d) * weight for d, weight in zip(digits, range(10, 1, -1), strict=False))
    return (11 - total % 11) % 11 == int(digits[9]) and len(set(digits)) > 1


def _accounts(text: str) -> Iterator[Finding]:
    why = "an account number"
    for match in _ACCOUNT.finditer(text):
        if sum(c.isdigit() for c in match[1]) >= 6:
            yield Finding(*match.span(1), "bank-account", why)
    for match in _SORT_CODE.finditer(text):
        if _SORT_WORD.search(around(text, *match.span(), NEAR)):
            yield Finding(*match.span(), "bank-account", "a sort code")
    for match in _IBAN.finditer(text):
        if is_iban(match[0]):
            yield Finding(*match.span(), "bank-account", "an IBAN: its check digits are right")
    for match in _CARD.finditer(text):
        digits = re.sub(r"\D", "", match[0])
        years = all(group[:2] in ("19", "20") for group in re.findall(r"\d+", match[0]))
        if match[1] and not years and 13 <= len(digits) <= 19 and has_luhn_digit(digits):
            yield Finding(*match.span(), "card-number", "a card number: its check digit is right")


def is_iban(text: str) -> bool:
    """Whether a text is an IBAN by its check digits (ISO 13616, modulus 97)."""
    plain = text.replace(" ", "")
    if not 15 <= len(plain) <= 34:
        return False
    return int("".join(str(int(c, 36)) for c in plain[4:] + plain[:4])) % 97 == 1


def has_luhn_digit(digits: str) -> bool:
    """Whether digits end with Luhn's check digit (ISO/IEC 7812)."""
    doubled = [int(d) * (1 + n % 2) for n, d in enumerate(reversed(digits))]
    return sum(d - 9 * (d > 9) for d in doubled) % 10 == 0 and len(set(digits)) > 1
