"""Ways to reach a person, each in one form: numbers in E.164, mail addresses, names on networks.

What cannot be read is kept as it was written and never matched with anybody. The country of a
number without a code is the tenant's, never a constant: 0532 111 22 33 is Turkish in Türkiye and
nothing at all in Germany. Source: tickets.md 5.1; RFC 3966 (tel), RFC 5321 (mail), RFC 5891 (IDNA).
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

from ivr.domain.fold import lower
from ivr.domain.phone import is_service, mask_phone, parse_phone, withheld

TAIL = 9
"""So many digits at the end of two numbers are compared when the whole ones differ."""


class PointKind(StrEnum):
    """What kind of way it is; the words of the table `contact_point`."""

    PHONE = "phone"
    EMAIL = "email"
    HANDLE = "handle"


class Standing(StrEnum):
    """Whether it can be matched: only `ok` can. `short`: 112 or an extension, nobody's own."""

    OK = "ok"
    SHORT = "short"
    INVALID = "invalid"
    WITHHELD = "withheld"


@dataclass(frozen=True, slots=True)
class Point:
    """One way to reach somebody. norm: the form that is compared, None if it never is.

    raw: as it came, cut to 320 characters. tail9: the last nine digits of an ordinary number, else
    None. extension: what stood behind "dahili" or ";ext=": such a number is a switchboard's.
    """

    kind: PointKind
    raw: str
    norm: str | None = None
    standing: Standing = Standing.OK
    tail9: str | None = None
    extension: str = ""


_MOST_RAW = 320
_MOST_MAIL = 254
_MOST_MAILBOX = 64
_MOST_HANDLE = 64
# Marks that copying from a contact list or a web page leaves behind; none of them is seen.
_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_DASHES = re.compile("[\u2010-\u2015\u2212]")
_SCHEME = re.compile(r"(?:tel|callto|sips?):", re.IGNORECASE)
# GSM 02.30: *31# hides our own number for one call, #31# shows it; not part of the number called.
_SERVICE = re.compile(r"(?:[*#]\s*31\s*#\s*)+")
_EXTENSION = re.compile(
    r"""\s*(?:
        [,;]\s*(?:(?:ext|dahili)\.?\s*[:=]?\s*)? |
        [(]?\s*(?:dahili|dah|daxili|i[cç]\s*hat|extension|extn?|x)\s*[.:]*\s*
    )(?P<extension>[0-9]{1,8})\s*[)]?\s*(?:;.*)?""",
    re.IGNORECASE | re.VERBOSE,
)
_PARAMETER = re.compile(r";[a-z-]+(?:=[^;]*)?(?:;.*)?", re.IGNORECASE)
_LATER_EXTENSION = re.compile(r";ext=([0-9]{1,8})(?=;|$)", re.IGNORECASE)
_OF_NUMBERS = frozenset("0123456789+-./() \u00a0")
_MAILBOX = re.compile(r"[^\s\x00-\x20\x7f\"(),:;<>@\[\\\]]+")
_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
_NETWORKS = {
    "facebook.com": "facebook",
    "fb.com": "facebook",
    "instagram.com": "instagram",
    "linkedin.com": "linkedin",
    "t.me": "telegram",
    "telegram.me": "telegram",
    "tiktok.com": "tiktok",
    "twitter.com": "x",
    "x.com": "x",
    "youtube.com": "youtube",
}
_PAGE = re.compile(
    r"(?:https?://)?(?:www\.|m\.)?(?P<host>[a-z0-9.]+\.[a-z]+)/(?:in/)?@?(?P<name>[^/?#\s]+)"
    r"/?(?:[?#].*)?",
    re.IGNORECASE,
)
_NETWORK = re.compile(r"[a-z][a-z0-9_]{0,23}")
_HANDLE = re.compile(rf"[\w.\-]{{1,{_MOST_HANDLE}}}")


def read_point(kind: str, text: str, country: str, network: str = "") -> Point:
    """A way to reach somebody, as typed, imported or sent. kind: phone, email or handle.

    country: two letters, the tenant's. network: of a handle that does not name it. Raises
    ValueError for another kind.
    """
    match PointKind(kind):
        case PointKind.PHONE:
            return read_phone(text, country)
        case PointKind.EMAIL:
            return read_email(text)
        case PointKind.HANDLE:
            return read_handle(text, network)


def read_phone(text: str, country: str) -> Point:
    """A telephone number. A prefix that hides the own number and an extension are taken off."""
    raw = text[:_MOST_RAW]
    if withheld(text):
        return Point(PointKind.PHONE, raw, None, Standing.WITHHELD)
    bare, extension = _without_extension(_bare(text)) if len(text) <= _MOST_RAW else ("", "")
    found = parse_phone(bare, country, keep_short=True)
    if found is None:
        return Point(PointKind.PHONE, raw, None, Standing.INVALID, extension=extension)
    if not found.startswith("+"):
        return Point(PointKind.PHONE, raw, None, Standing.SHORT, extension=extension)
    return Point(PointKind.PHONE, raw, found, Standing.OK, tail9(found), extension)


def read_email(text: str) -> Point:
    """A mail address: small letters, the domain as DNS knows it (`örnek.com` = `xn--rnek-4qa.com`).

    `Ali Veli <ali@firma.com>` and `mailto:` are read too. Everything behind `+` and every dot stay:
    only the owner of a mailbox knows whether they matter.
    """
    raw = text[:_MOST_RAW]
    address = _UNSEEN.sub("", raw if len(text) <= _MOST_RAW else "").strip()
    if address.endswith(">"):
        address = address[:-1].rpartition("<")[2]
    address = address.removeprefix("mailto:").partition("?")[0].strip()
    mailbox, _, domain = address.rpartition("@")
    norm = _mail(lower(unicodedata.normalize("NFC", mailbox), "en"), _domain(domain))
    return Point(PointKind.EMAIL, raw, norm, Standing.OK if norm else Standing.INVALID)


def read_handle(text: str, network: str = "") -> Point:
    """A name on a network, `x:ayse`: from `@Ayse` and the network, or from a page's address.

    The same name on two networks is two people; without a network it is never matched.
    """
    raw = text[:_MOST_RAW]
    shown = unicodedata.normalize("NFC", _UNSEEN.sub("", raw).strip())
    page = _PAGE.fullmatch(shown)
    if page:
        network = _NETWORKS.get(page["host"].lower(), "")
        shown = page["name"]
    name, network = lower(shown.removeprefix("@"), "en"), network.strip().lower()
    if not _NETWORK.fullmatch(network) or not _HANDLE.fullmatch(name):
        return Point(PointKind.HANDLE, raw, None, Standing.INVALID)
    return Point(PointKind.HANDLE, raw, f"{network}:{name}")


def mask(point: Point) -> str:
    """The way for eyes that need not see it whole: `+90•••••••33`, `a•••@firma.com`, `x:a•••`."""
    if point.kind is PointKind.PHONE:
        return mask_phone(point.norm or point.raw)
    before, colon, name = (point.norm or "").rpartition(":")
    mailbox, at, domain = name.partition("@")
    return f"{before}{colon}{mailbox[:1]}•••{at}{domain}"


def tail9(e164: str) -> str | None:
    """The last nine digits of a number; None for service numbers (444 0 444) and short ones."""
    digits = e164.removeprefix("+")
    return None if len(digits) < TAIL or is_service(e164) else digits[-TAIL:]


def _bare(text: str) -> str:
    """The number without what is not part of it: unseen marks, scheme, host, service prefix."""
    plain = _DASHES.sub("-", _UNSEEN.sub("", text)).strip()
    scheme = _SCHEME.match(plain)
    if scheme:
        user, _, _ = plain[scheme.end() :].partition("@")
        plain = user.strip()
    prefix = _SERVICE.match(plain)
    return plain[prefix.end() :] if prefix else plain


def _without_extension(text: str) -> tuple[str, str]:
    """The number and what is dialled after it, "" without. Other parameters of a URI are dropped.

    Digits behind a comma or semicolon alone are an extension too: telephones send them later.
    """
    at = next((at for at, letter in enumerate(text) if letter not in _OF_NUMBERS), len(text))
    number = text[:at].rstrip(" (\u00a0")
    rest = text[len(number) :]
    found = _EXTENSION.fullmatch(rest)
    if found and number:
        return number, found["extension"]
    if _PARAMETER.fullmatch(rest.strip()):
        later = _LATER_EXTENSION.search(rest)
        return number, later[1] if later else ""
    return text, ""


def _domain(text: str) -> str:
    """The domain in the letters of DNS; "" if it cannot be one that receives mail."""
    try:
        # İ is no letter of any host name: whoever types FİRMA means firma.
        name = lower(text.strip(), "en").encode("idna").decode("ascii").lower()
    except UnicodeError:
        return ""
    labels = name.split(".")
    good = len(labels) > 1 and all(_LABEL.fullmatch(label) for label in labels)
    return name if good and not labels[-1].isdigit() else ""


def _mail(mailbox: str, domain: str) -> str | None:
    if not domain or not _MAILBOX.fullmatch(mailbox) or "" in mailbox.split("."):
        return None
    if len(mailbox.encode()) > _MOST_MAILBOX or not mailbox.isprintable():
        return None
    address = f"{mailbox}@{domain}"
    return address if len(address) <= _MOST_MAIL else None
