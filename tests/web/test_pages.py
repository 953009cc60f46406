"""The documents of the pages and their files; the words that the pages show."""

from __future__ import annotations

import hashlib
import json
import re
from base64 import b64encode
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from aiohttp import web

from ivr.web.assets import Assets
from ivr.web.pages import (
    DOCUMENTS,
    LANGUAGES,
    Document,
    local_path,
    page_routes,
    preferred,
)
from tests.web.test_assets import web as made_web

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from aiohttp.test_utils import TestClient

    Client = TestClient[web.Request, web.Application]

ROOT = Path(__file__).resolve().parents[2] / "ivr" / "web"
STATIC = ROOT / "static"
SOURCES = sorted(path for path in STATIC.rglob("*.js") if "vendor" not in path.parts)


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody who is signed in."""

    language: str = ""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Files of pages, whole enough for their documents."""
    made = made_web(tmp_path)
    for name in ("login", "setup"):
        (made / "static" / "pages").mkdir(exist_ok=True)
        (made / "static" / "pages" / f"{name}.js").touch()
    (made / "static" / "css").mkdir()
    (made / "static" / "css" / "base.css").touch()
    return made


@pytest.fixture
async def client(
    folder: Path, aiohttp_client: Callable[[web.Application], Awaitable[Client]]
) -> Client:
    """The pages; a header says who is signed in."""

    async def who(request: web.Request) -> Reader | None:
        return Reader(request.headers["Who"]) if "Who" in request.headers else None

    app = web.Application()
    app.add_routes(page_routes(who, Assets(folder)))
    return await aiohttp_client(app)


async def test_nobody_sees_a_page_before_signing_in(client: Client) -> None:
    answer = await client.get("/desk?call=c%201", allow_redirects=False)
    assert answer.status == 303
    assert answer.headers["Location"] == "/login?next=/desk?call%3Dc%25201"
    assert answer.headers["Cache-Control"] == "no-store"
    for path in ("/login", "/setup"):
        assert (await client.get(path)).status == 200


async def test_who_is_signed_in_needs_no_door(client: Client) -> None:
    for asked, leads in (("", "/desk"), ("?next=/tickets/260042174", "/tickets/260042174")):
        answer = await client.get(f"/login{asked}", headers={"Who": ""}, allow_redirects=False)
        assert answer.headers["Location"] == leads
    assert (await client.get("/setup", headers={"Who": ""})).status == 200


async def test_a_document_may_load_our_files_and_the_one_import_map(client: Client) -> None:
    answer = await client.get("/desk", headers={"Who": "en"})
    text = await answer.text()
    inside = re.search(r'<script type="importmap">(.*?)</script>', text)
    assert inside is not None
    digest = b64encode(hashlib.sha256(inside[1].encode()).digest()).decode()
    policy = answer.headers["Content-Security-Policy"]
    assert f"script-src 'self' 'sha256-{digest}';" in policy
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert answer.headers["Cache-Control"] == "no-store"
    assert text.index("importmap") < text.index("modulepreload") < text.index('type="module"')
    assert len(re.findall(r"<script", text)) == 2


async def test_a_document_speaks_the_readers_language(client: Client) -> None:
    for who, accepted, language in (
        ("en", "tr", "en"),
        ("", "en-GB,tr;q=0.5", "en"),
        ("az", "de", "tr"),
    ):
        headers = {"Who": who, "Accept-Language": accepted}
        text = await (await client.get("/wallboard", headers=headers)).text()
        assert f'<html lang="{language}"' in text


async def test_files_are_kept_for_ever_and_old_stamps_are_gone(
    client: Client, folder: Path
) -> None:
    url = Assets(folder).bundle().url("app.js")
    answer = await client.get(url)
    assert answer.status == 200
    assert "immutable" in answer.headers["Cache-Control"]
    assert answer.headers["Content-Encoding"] == "gzip"
    assert answer.content_type == "text/javascript"
    assert (await answer.text()).startswith("import {a}")
    plain = await client.get(url, headers={"Accept-Encoding": "identity"})
    assert "Content-Encoding" not in plain.headers
    assert plain.headers["ETag"] == answer.headers["ETag"]
    for gone in (
        "/static/0123456789abcdef/app.js",
        url.replace("app.js", "vendor/.stamp"),
        url.replace("app.js", "..%2Fi18n%2Fen.json"),
        url.replace("app.js", "notes.bak"),
    ):
        refused = await client.get(gone)
        assert (refused.status, refused.headers["Cache-Control"]) == (404, "no-store")


async def test_without_the_libraries_each_page_says_what_to_run(
    client: Client, folder: Path
) -> None:
    (folder / "static" / "vendor" / ".stamp").unlink()
    for path in ("/login", "/setup", "/desk", "/wallboard", "/tickets/260042174"):
        answer = await client.get(path, allow_redirects=False)
        assert answer.status == 503
        assert await answer.text() == "The web interface is not installed. Run: make ui\n"


@pytest.mark.parametrize(
    "wanted", ["", "desk", "//evil", "/\\evil", "https://evil", "/a\nb", "/desk#x", "/%0d"]
)
def test_only_paths_of_this_server_are_gone_to(wanted: str) -> None:
    assert local_path(wanted) == ("/%0d" if wanted == "/%0d" else "/desk")


def test_the_best_liked_language_that_we_speak_is_taken() -> None:
    for accepted, found in (
        ("", "tr"), ("de", "tr"), ("en", "en"), ("EN-us;q=0.3, tr;q=0.2", "en"),
        ("tr;q=0, en;q=0", "tr"), ("en;q=9,tr", "tr"), (",,;q", "tr"), ("*", "tr"),
    ):  # fmt: skip
        assert preferred(accepted, LANGUAGES) == found


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: document.name)
def test_a_first_visit_stays_light(document: Document) -> None:
    bundle = Assets().bundle()
    if not bundle.installed:
        pytest.skip("needs the web interface: run make ui")
    most_bytes = 30_000 if document.public else 110_000
    words = ["i18n/tr.json"] if document.public else ["i18n/tr.json", "i18n/tickets/tr.json"]
    modules = bundle.preloads(document.entry, document.page)
    names = [*modules, document.styles, "favicon.svg", *words]
    files = [bundle.files[name] for name in names]
    assert sum(len(file.packed or file.body) for file in files) < most_bytes
    assert len(files) <= 40, "and the document"


# words


def catalog(language: str) -> dict[str, str]:
    """All words of a language."""
    found: dict[str, str] = {}
    for part in ("", "tickets", "reports", "surveys", "recordings", "flows", "admin"):
        text = (ROOT / "i18n" / part / f"{language}.json").read_text(encoding="utf-8")
        fresh: dict[str, str] = json.loads(text)
        assert not found.keys() & fresh.keys(), "each word stands in one catalog"
        found |= fresh
    return found


def gaps(words: str) -> list[str]:
    """Where values are filled in."""
    return sorted(re.findall(r"\{\w+\}", words))


def test_every_language_has_the_same_words_with_the_same_gaps() -> None:
    first, *others = (catalog(language) for language in LANGUAGES)
    for other in others:
        assert other.keys() == first.keys()
        for key, words in first.items():
            assert gaps(other[key]) == gaps(words), key
            assert words.strip()
            assert other[key].strip()


def test_no_turkish_ending_hangs_on_a_gap() -> None:
    hanging = [key for key, words in catalog("tr").items() if re.search(r"\}['’]?\w", words)]
    assert hanging == []


def test_every_word_that_a_page_asks_for_is_there() -> None:
    known = catalog("en")
    for path in SOURCES:
        text = path.read_text(encoding="utf-8")
        for key in re.findall(r"\bt\(\s*\"([\w.-]+)\"", text):
            assert key in known, f"{path.name} asks for {key}"
        for key in re.findall(r"\btn\(\"([\w.-]+)\"", text):
            assert {f"{key}.one", f"{key}.other"} <= known.keys(), f"{path.name} asks for {key}"


def test_no_page_holds_words_of_its_own() -> None:
    words = re.compile(
        r"(?:>|\s(?:label|title|aria-label|placeholder)=\")\s*[A-Za-zÇĞİÖŞÜçğıöşü]{2}"
    )
    for path in SOURCES:
        for template in re.findall(r"html`.*?`", path.read_text(encoding="utf-8"), re.DOTALL):
            bare = re.sub(r"=>\s*[^`]*", "", template)
            assert not words.search(bare), f"{path.name}: {bare[:80]}"


def test_no_page_writes_markup_or_reaches_elsewhere() -> None:
    banned = re.compile(
        r"innerHTML|outerHTML|insertAdjacent|dangerously|document\.write|\beval\(|new Function|"
        r"[\"'`]https?:(?!\\/)"
    )
    for path in SOURCES:
        assert not banned.search(path.read_text(encoding="utf-8")), path.name
