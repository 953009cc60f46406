"""The documents that people open in a browser, and the files that these load.

Every document names its files by the stamp of their contents (`assets.py`), may load nothing from
elsewhere (CSP of ecosystem.md 6) and is never kept by the browser.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Protocol
from urllib.parse import quote

from aiohttp import web

from ivr.web.assets import ALL_STYLES, Assets

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ivr.web.assets import Bundle

LANGUAGES = ("tr", "en")
NOT_INSTALLED = "The web interface is not installed. Run: make ui\n"
FIRST_PAGE = "/desk"
DOOR_STYLES = "css/base.css"
"""All that the documents in front of the door need."""
_LOCAL = re.compile(r"/(?![/\\])[\w./?=&%~+-]*", re.ASCII)
_RANGE = re.compile(r"([A-Za-z]{2,3})(?:-[\w-]+)?(?:;q=([01](?:\.\d{1,3})?))?", re.ASCII)


class Visitor(Protocol):
    """Who is signed in, as far as a document must know."""

    @property
    def language(self) -> str:
        """The language this person reads, empty if never chosen."""


Who = Callable[[web.Request], Awaitable[Visitor | None]]
"""Who sent this request; None if nobody is signed in."""


@dataclass(frozen=True, slots=True)
class Document:
    """One document: which module runs in it, and whether one must be signed in to see it.

    page: the module that `app.js` shows there. path: where it is served, "" = below its name.
    sheet: a style sheet of its own, "" = the usual one.
    """

    name: str
    entry: str
    public: bool = False
    page: str = ""
    path: str = ""
    sheet: str = ""

    @property
    def route(self) -> str:
        """Where it is served."""
        return self.path or f"/{self.name}"

    @property
    def styles(self) -> str:
        """The style sheet that it loads."""
        return self.sheet or (DOOR_STYLES if self.public else ALL_STYLES)


def _page(name: str, path: str = "") -> Document:
    return Document(name, "app.js", page=f"pages/{name}.js", path=path)


DOCUMENTS = (
    Document("login", "pages/login.js", public=True),
    Document("setup", "pages/setup.js", public=True),
    Document("tv", "pages/tv.js", public=True, sheet="css/tv.css"),
    _page("desk"),
    _page("wallboard"),
    _page("tickets"),
    _page("intake", "/tickets/intake"),
    _page("promises", "/tickets/promises"),
    _page("definitions", "/tickets/definitions"),
    _page("ticket", "/tickets/{ref}"),
    _page("customers"),
    _page("customer", "/customers/{ref}"),
    _page("knowledge"),
    _page("reports"),
    _page("surveys"),
    _page("recordings"),
    _page("flows"),
    _page("flow", "/flows/{ref}"),
    _page("admin"),
)
"""The order counts: the first whose path fits is served."""


def page_routes(
    who: Who, assets: Assets | None = None, languages: Sequence[str] = LANGUAGES
) -> list[web.RouteDef]:
    """The documents and `/static/<stamp>/...`.

    languages: those with a catalog, the first one is for people who read none of them.
    """
    held = assets or Assets()
    held.bundle()  # says now, not at the first visit, that something is missing
    pages = _Pages(who, held, tuple(languages))
    found = [web.get(each.route, pages.handler(each)) for each in DOCUMENTS]
    return [*found, web.get("/static/{stamp:[0-9a-f]{16}}/{file:.+}", pages.file)]


class _Pages:
    """The handlers."""

    def __init__(self, who: Who, assets: Assets, languages: tuple[str, ...]) -> None:
        self._who = who
        self._assets = assets
        self._languages = languages

    def handler(self, document: Document) -> Callable[[web.Request], Awaitable[web.Response]]:
        """Serves one document, or sends the browser where it must go first."""

        async def serve(request: web.Request) -> web.Response:
            bundle = self._assets.bundle()
            if not bundle.installed:
                return _plain(503, NOT_INSTALLED)
            visitor = await self._who(request)
            if visitor is None and not document.public:
                raise _see_other(f"/login?next={quote(request.path_qs, safe='/')}")
            if visitor is not None and document.name == "login":
                raise _see_other(local_path(request.query.get("next", "")))
            language = self._language(request, visitor)
            return _document(bundle, document, language)

        return serve

    def _language(self, request: web.Request, visitor: Visitor | None) -> str:
        if visitor is not None and visitor.language in self._languages:
            return visitor.language
        return preferred(request.headers.get("Accept-Language", ""), self._languages)

    async def file(self, request: web.Request) -> web.Response:
        """One file, for ever the same under its stamp; an older stamp is gone."""
        bundle = self._assets.under(request.match_info["stamp"])
        asset = bundle.files.get(request.match_info["file"]) if bundle else None
        if asset is None:
            return _plain(404, "no such file\n")
        headers = {
            "Cache-Control": "public, max-age=31536000, immutable",
            "ETag": f'"{asset.tag}"',
            "Vary": "Accept-Encoding",
            "X-Content-Type-Options": "nosniff",
        }
        body = asset.body
        if asset.packed and "gzip" in request.headers.get("Accept-Encoding", ""):
            body, headers["Content-Encoding"] = asset.packed, "gzip"
        return web.Response(
            body=body, content_type=asset.content_type, charset="utf-8", headers=headers
        )


def local_path(wanted: str) -> str:
    """A path of this server, or the first page: nobody is sent to another site by a link."""
    return wanted if _LOCAL.fullmatch(wanted) else FIRST_PAGE


def preferred(accepted: str, languages: Sequence[str]) -> str:
    """The language of ours that the header Accept-Language likes best, else the first."""
    liked: list[tuple[float, str]] = []
    for part in accepted.split(",")[:20]:
        match = _RANGE.fullmatch(part.replace(" ", ""))
        if match is not None and match[1].lower() in languages:
            liked.append((float(match[2] or 1), match[1].lower()))
    best = max(liked, key=lambda each: each[0], default=(0.0, ""))
    return best[1] if best[0] > 0 else languages[0]


def csp(map_hash: str) -> str:
    """What a document may load (ecosystem.md 6): our own files, and the one inline import map."""
    return (
        f"default-src 'none'; script-src 'self' 'sha256-{map_hash}'; style-src 'self'; "
        "img-src 'self' data:; connect-src 'self'; media-src 'self'; font-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )


def _document(bundle: Bundle, document: Document, language: str) -> web.Response:
    sheet = document.styles
    styles = (
        f'<link rel="stylesheet" href="{bundle.url(sheet)}">\n' if sheet in bundle.files else ""
    )
    first, *rest = bundle.preloads(document.entry, document.page)
    preloads = "".join(f'<link rel="modulepreload" href="{bundle.url(each)}">\n' for each in rest)
    text = (
        f'<!doctype html>\n<html lang="{escape(language)}" data-static="{bundle.url("")}" '
        f'data-page="{document.name}">\n<head>\n<meta charset="utf-8">\n<title>IVR</title>\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n'
        f'<link rel="icon" type="image/svg+xml" href="{bundle.url("favicon.svg")}">\n{styles}'
        f'<script type="importmap">{bundle.import_map}</script>\n{preloads}'
        f'<script type="module" src="{bundle.url(first)}"></script>\n</head>\n'
        '<body><div id="app"></div>\n'
        "<noscript>JavaScript gerekli. This page needs JavaScript.</noscript>\n</body>\n</html>\n"
    )
    headers = {
        "Cache-Control": "no-store",
        "Content-Security-Policy": csp(bundle.map_hash),
        "Permissions-Policy": "microphone=(self)",
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
    }
    return web.Response(text=text, content_type="text/html", headers=headers)


def _see_other(where: str) -> web.HTTPSeeOther:
    return web.HTTPSeeOther(where, headers={"Cache-Control": "no-store"})


def _plain(status: int, text: str) -> web.Response:
    headers = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
    return web.Response(status=status, text=text, headers=headers)
