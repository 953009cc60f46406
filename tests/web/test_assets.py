"""Files of the pages: a stamp of their contents, packed, preloaded in order."""

from __future__ import annotations

import gzip
import json
import logging
from typing import TYPE_CHECKING

from ivr.web import vendor
from ivr.web.assets import Assets

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def web(folder: Path, *, installed: bool = True) -> Path:
    """The smallest set of files. Returns the folder that holds them."""
    texts = {
        "package-lock.json": "{}",
        "static/app.js": 'import {a} from "lib";import "./core/one.js";' + " " * 600,
        "static/core/one.js": 'import "../core/two.js"; import "./gone.js"',
        "static/core/two.js": "",
        "static/notes.bak": "not served",
        "i18n/en.json": "{}",
    }
    if installed:
        names = json.dumps({"imports": {"lib": "lib/l.js", "odd</script>": "x.js"}})
        texts |= {"static/vendor/importmap.json": names, "static/vendor/lib/l.js": ""}
    for path, text in texts.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
    if installed:
        stamp = folder / "static" / "vendor" / ".stamp"
        stamp.write_text(vendor.stamp(folder), encoding="ascii")
    return folder


def test_files_are_named_by_what_they_hold(tmp_path: Path) -> None:
    assets = Assets(web(tmp_path))
    before = assets.bundle()
    assert assets.bundle() is before
    assert before.url("app.js") == f"/static/{before.stamp}/app.js"
    assert sorted(before.files) == [
        "app.js", "core/one.js", "core/two.js", "i18n/en.json", "vendor/importmap.json",
        "vendor/lib/l.js",
    ]  # fmt: skip
    (tmp_path / "static" / "core" / "two.js").write_text("let edited;", encoding="utf-8")
    after = assets.bundle()
    assert after.stamp != before.stamp
    assert after.files["core/two.js"].body == b"let edited;"


def test_long_files_are_packed_and_short_ones_are_not(tmp_path: Path) -> None:
    files = Assets(web(tmp_path)).bundle().files
    assert gzip.decompress(files["app.js"].packed) == files["app.js"].body
    assert files["core/two.js"].packed == b""
    assert files["app.js"].content_type == "text/javascript"


def test_all_that_a_module_needs_is_preloaded_once(tmp_path: Path) -> None:
    found = Assets(web(tmp_path)).bundle().preloads("app.js")
    assert found == ["app.js", "vendor/lib/l.js", "core/one.js", "core/two.js"]


def test_of_the_pages_the_one_that_is_shown_is_preloaded(tmp_path: Path) -> None:
    folder = web(tmp_path)
    pages = {"desk": 'import "../core/two.js";', "board": ""}
    for name, text in pages.items():
        (folder / "static" / f"{name}.js").write_text(text, encoding="utf-8")
    loads = 'import "./core/one.js"; () => import("./desk.js"); () => import("./board.js");'
    (folder / "static" / "app.js").write_text(loads, encoding="utf-8")
    bundle = Assets(folder).bundle()
    assert bundle.preloads("app.js", "desk.js")[:3] == ["app.js", "desk.js", "core/one.js"]
    assert "board.js" not in bundle.preloads("app.js", "desk.js")
    assert "desk.js" not in bundle.preloads("app.js")


def test_the_import_map_cannot_end_its_element(tmp_path: Path) -> None:
    bundle = Assets(web(tmp_path)).bundle()
    assert "<" not in bundle.import_map
    named = json.loads(bundle.import_map)["imports"]
    assert named["lib"] == f"/static/{bundle.stamp}/vendor/lib/l.js"
    assert "odd</script>" in named


def test_missing_or_stale_libraries_are_seen_and_logged(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        missing = Assets(web(tmp_path / "a", installed=False)).bundle()
    assert not missing.installed
    assert missing.preloads("app.js") == ["app.js", "core/one.js", "core/two.js"]
    assert [record.message for record in caplog.records] == ["ui_vendor_missing"]
    stale = web(tmp_path / "b")
    (stale / "package-lock.json").write_text('{"newer": 1}', encoding="utf-8")
    assert not Assets(stale).bundle().installed


def test_the_parts_of_a_document_are_not_looked_for_again(tmp_path: Path) -> None:
    folder = web(tmp_path)
    assets = Assets(folder)
    stamp = assets.bundle().stamp
    (folder / "static" / "app.js").write_text("changed")
    assert assets.under(stamp) is not None, "the page that asks was made of these files"
    assert assets.bundle().stamp != stamp
    assert assets.under(stamp) is None
