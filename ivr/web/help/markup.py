"""The public pages as HTML: every value is escaped, nothing is loaded from anywhere."""

from __future__ import annotations

import base64
import hashlib
from html import escape
from typing import TYPE_CHECKING

from aiohttp import web

from ivr.web.files.receiving import MB
from ivr.web.help.words import LANGUAGES, said

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ivr.web.files.receiving import Taking

STYLE = """
:root{color-scheme:light dark;--line:#8888;--bad:#b00020}
body{font:1.05rem/1.5 system-ui,sans-serif;max-width:40rem;margin:0 auto;padding:1rem}
header{display:flex;justify-content:space-between;gap:1rem}
label,legend{display:block;font-weight:600;margin-top:1rem}
input,select,textarea,button{font:inherit;padding:.5rem;box-sizing:border-box}
input:not([type=checkbox]),select,textarea{width:100%;border:1px solid var(--line)}
textarea{min-height:8rem}
small,.tick{font-weight:400}
button{margin-top:1.5rem;padding:.6rem 1.6rem;cursor:pointer}
.bad{color:var(--bad);margin:.2rem 0}
.away{position:absolute;left:-9999px}
dt{font-weight:600}
@media (prefers-color-scheme:dark){:root{--bad:#ff8a80}}
"""
_STAMP = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
CSP = (
    f"default-src 'none'; style-src 'sha256-{_STAMP}'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": CSP,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex",
}


def page(
    language: str, title: str, body: str, *, status: int = 200, home: bool = True
) -> web.Response:
    """A whole page. title: plain text; body: HTML; home: whether /help is named. The other language
    is one link away."""
    back = f'<a href="/help?lang={language}">{said(language, "help")}</a>' if home else "<i></i>"
    other = next(each for each in LANGUAGES if each != language)
    text = (
        f'<!doctype html>\n<html lang="{escape(language)}">\n<head>\n<meta charset="utf-8">\n'
        f"<title>{escape(title)}</title>\n"
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<style>{STYLE}</style>\n</head>\n<body>\n<header>"
        f"{back}"
        f'<a href="?lang={other}" lang="{other}">{said(language, "other")}</a></header>\n'
        f"<main>\n<h1>{escape(title)}</h1>\n{body}\n</main>\n</body>\n</html>\n"
    )
    return web.Response(text=text, status=status, content_type="text/html", headers=HEADERS)


def alert(text: str) -> str:
    """A sentence that must not be missed."""
    return f'<p class="bad" role="alert">{escape(text)}</p>'


def field(name: str, label: str, control: str, *, mistake: str = "", optional: str = "") -> str:
    """A label, its control and what is wrong with it."""
    note = f" <small>({escape(optional)})</small>" if optional else ""
    bad = f'<p class="bad" id="e-{name}">{escape(mistake)}</p>' if mistake else ""
    return f'<label for="f-{name}">{escape(label)}{note}</label>{bad}\n{control}\n'


def text_input(
    name: str, value: str, *, kind: str = "text", more: Mapping[str, object] | None = None
) -> str:
    """A line of text. more: further attributes; True stands alone, None is left out."""
    given = {"id": f"f-{name}", "name": name, "type": kind, "value": value, **(more or {})}
    return f"<input{attributes(given)}>"


def text_area(
    name: str, value: str, *, most: int, required: bool = False, wrong: bool = False
) -> str:
    """Several lines of text."""
    given = {
        "id": f"f-{name}",
        "name": name,
        "maxlength": most,
        "required": required or None,
        **aria(name, wrong=wrong),
    }
    return f"<textarea{attributes(given)}>\n{escape(value)}</textarea>"


def files_field(language: str, taking: Taking, mistake: str = "", *, optional: bool = False) -> str:
    """Where files are chosen. mistake: key of the words that say what is wrong with them."""
    more = {
        "multiple": True,
        "accept": ",".join(f".{ending}" for ending in sorted(taking.kinds)),
        "required": None if optional else True,
        **aria("files", wrong=bool(mistake)),
    }
    label = said(language, "files").format(n=taking.most, mb=taking.most_bytes // MB)
    control = text_input("files", "", kind="file", more=more)
    wrong = said(language, mistake) if mistake else ""
    note = said(language, "optional") if optional else ""
    return field("files", label, control, mistake=wrong, optional=note)


def choice(
    name: str,
    options: Iterable[tuple[str, str]],
    value: str,
    more: Mapping[str, object] | None = None,
) -> str:
    """One of several. options: value, label."""
    rows = "".join(
        f"<option{attributes({'value': each, 'selected': each == value or None})}>"
        f"{escape(label)}</option>"
        for each, label in options
    )
    return f"<select{attributes({'id': f'f-{name}', 'name': name, **(more or {})})}>{rows}</select>"


def hidden(name: str, value: str) -> str:
    """A value that is sent along."""
    return f"<input{attributes({'type': 'hidden', 'name': name, 'value': value})}>"


def aria(name: str, *, wrong: bool) -> dict[str, object]:
    """What tells a screen reader of a mistake."""
    return {"aria-invalid": "true", "aria-describedby": f"e-{name}"} if wrong else {}


def attributes(given: Mapping[str, object]) -> str:
    """Attributes of a tag; None is left out, True stands alone."""
    return "".join(
        f" {name}" if value is True else f' {name}="{escape(str(value))}"'
        for name, value in given.items()
        if value is not None
    )
