"""The files of the pages, held in memory under a stamp made of their contents.

A changed file gives a new stamp, hence new addresses: browsers may keep each file for ever, and an
edited one shows at the next reload.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import logging
import os
import re
from base64 import b64encode
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any, TypeAlias

from ivr.web.vendor import imports_of, is_fresh

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_LOG = logging.getLogger(__name__)
HERE = Path(__file__).resolve().parent
PACK_FROM_BYTES = 512
ALL_STYLES = "css/all.css"
"""Every style sheet in one, so that it is one request; base.css is the first by its name."""
_LATER = re.compile(r"""\bimport\(\s*["']([^"']+)["']""")
"""What a module loads when it is wanted, not before."""
TYPES = {
    ".css": "text/css",
    ".js": "text/javascript",
    ".json": "application/json",
    ".mjs": "text/javascript",
    ".svg": "image/svg+xml",
    ".txt": "text/plain",
}
Seen: TypeAlias = "tuple[tuple[str, int, int], ...]"
"""Each file with its time (ns) and length: when this is the same, so are the contents."""


@dataclass(frozen=True, slots=True)
class Asset:
    """One file. packed: by gzip, empty where that does not pay. tag: for ETag."""

    body: bytes
    packed: bytes
    content_type: str
    tag: str


@dataclass(frozen=True, slots=True)
class Bundle:
    """All files of one stamp. import_map: JSON text for the documents, and its CSP hash."""

    stamp: str
    files: Mapping[str, Asset]
    import_map: str
    map_hash: str
    installed: bool

    def url(self, name: str) -> str:
        """Where a file is served."""
        return f"/static/{self.stamp}/{name}"

    def preloads(self, entry: str, page: str = "") -> list[str]:
        """Every module that `entry` and the page shown first need, `entry` first.

        page: one of those that `entry` loads when they are wanted; the others wait.
        """
        named = json.loads(self.import_map)["imports"] if self.import_map else {}
        prefix = self.url("")
        found = [entry, *([page] if page in self.files else [])]
        for name in found:
            source = self.files[name].body.decode()
            later = set(_LATER.findall(source))
            for each in imports_of(source):
                path = named.get(each, "").removeprefix(prefix) or _beside(name, each)
                if path in self.files and path not in found and each not in later:
                    found.append(path)
        return found


class Assets:
    """Reads the files when one of them has changed."""

    def __init__(self, folder: Path = HERE) -> None:
        """folder: holds `static/` and `i18n/`."""
        self._folder = folder
        self._seen: Seen = ()
        self._bundle: Bundle | None = None

    def bundle(self) -> Bundle:
        """The files as they are now. Looks at each of them: for documents, not for their parts."""
        seen = tuple(sorted(self._look()))
        if self._bundle is None or seen != self._seen:
            self._seen = seen
            self._bundle = self._read([name for name, _, _ in seen])
            if not self._bundle.installed:
                _LOG.warning("ui_vendor_missing")
        return self._bundle

    def under(self, stamp: str) -> Bundle | None:
        """The files of a stamp that a document named; None: they have changed since."""
        held = self._bundle
        if held is None or held.stamp != stamp:
            held = self.bundle()
        return held if held.stamp == stamp else None

    def _look(self) -> Iterator[tuple[str, int, int]]:
        for root in ("static", "i18n"):
            for path in (self._folder / root).rglob("*"):
                if path.is_file() and (path.suffix in TYPES or path.name == ".stamp"):
                    found = path.stat()
                    name = path.relative_to(self._folder).as_posix()
                    yield name, found.st_mtime_ns, found.st_size

    def _read(self, names: list[str]) -> Bundle:
        bodies = {name: (self._folder / name).read_bytes() for name in names}
        total = hashlib.sha256()
        for name, body in bodies.items():
            total.update(f"{name}\0{len(body)}\0".encode() + body)
        stamp = total.hexdigest()[:16]
        files = {
            name.removeprefix("static/"): _asset(name, body)
            for name, body in bodies.items()
            if not name.endswith("/.stamp")
        }
        sheets = [files[name].body for name in sorted(files) if name.startswith("css/")]
        if sheets:
            files[ALL_STYLES] = _asset(ALL_STYLES, b"\n".join(sheets))
        import_map = _import_map(files, f"/static/{stamp}/vendor/")
        fresh = is_fresh(self._folder / "static" / "vendor", self._folder)
        digest = b64encode(hashlib.sha256(import_map.encode()).digest()).decode()
        return Bundle(stamp, files, import_map, digest, fresh and bool(import_map))


@lru_cache(maxsize=256)
def _asset(name: str, body: bytes) -> Asset:
    """Packing takes longest; a file that did not change is not packed again."""
    packed = gzip.compress(body, 9, mtime=0) if len(body) >= PACK_FROM_BYTES else b""
    tag = hashlib.sha256(body).hexdigest()[:16]
    return Asset(body, packed, TYPES[PurePosixPath(name).suffix], tag)


def _import_map(files: Mapping[str, Asset], prefix: str) -> str:
    """JSON text that may stand inside a script element; empty if nothing was fetched."""
    raw = files.get("vendor/importmap.json")
    if raw is None:
        return ""
    named: dict[str, Any] = json.loads(raw.body)["imports"]
    made = {"imports": {name: prefix + path for name, path in named.items()}}
    return json.dumps(made).replace("<", "\\u003c")


def _beside(name: str, path: str) -> str:
    """The file that an import by path means, seen from the file `name`."""
    return os.path.normpath(PurePosixPath(name).parent / path)
