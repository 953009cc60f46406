"""Fetching the pages' libraries: the lock names no host, and only what is reached is kept."""

from __future__ import annotations

import json
import shutil
import sys
from typing import TYPE_CHECKING

import pytest

from ivr.web import vendor

if TYPE_CHECKING:
    from pathlib import Path


def make(modules: Path, name: str, files: dict[str, str], exports: object) -> None:
    """One installed package."""
    folder = modules / name
    manifest = {"name": name, "version": "1.2.3", "license": "MIT", "exports": exports}
    texts = {"package.json": json.dumps(manifest), "LICENSE": f"the licence of {name}\n", **files}
    for path, text in texts.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")


@pytest.fixture
def modules(tmp_path: Path) -> Path:
    """A `node_modules` of two packages, one of which needs the other."""
    made = tmp_path / "node_modules"
    main = 'import {a} from"@x/base";import "./near.js";var s = "import it from \\"no\\"";'
    make(
        made,
        "top",
        {
            "dist/top.js": f"{main}\n//# sourceMappingURL=top.js.map\n",
            "dist/near.js": "export let b = 1;",
            "dist/unused.js": "",
        },
        {".": {"types": "./t.d.ts", "browser": "./dist/top.js", "import": "./dist/unused.js"}},
    )
    make(made, "@x/base", {"b.mjs": "export let a = 1;"}, {".": {"default": "./b.mjs"}})
    return made


def test_the_lock_names_no_host_and_pins_by_hash() -> None:
    text = (vendor.HERE / "package-lock.json").read_text(encoding="utf-8")
    packages = json.loads(text)["packages"]
    assert '"resolved"' not in text
    assert all(found["integrity"].startswith("sha512-") for name, found in packages.items() if name)


def test_every_library_is_pinned_exactly_and_stands_in_the_lock() -> None:
    wanted = json.loads((vendor.HERE / "package.json").read_text(encoding="utf-8"))["dependencies"]
    lock = json.loads((vendor.HERE / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    assert {name: lock[f"node_modules/{name}"]["version"] for name in wanted} == wanted
    assert lock[""]["dependencies"] == wanted


def test_only_what_is_reached_is_kept_with_its_licences(modules: Path, tmp_path: Path) -> None:
    target = tmp_path / "static" / "vendor"
    vendor.place(modules, target, "a-stamp", ["top"])
    kept = sorted(str(path.relative_to(target)) for path in target.rglob("*") if path.is_file())
    assert kept == [
        ".stamp", "@x/base/b.mjs", "LICENSES.txt", "importmap.json", "top/dist/near.js",
        "top/dist/top.js",
    ]  # fmt: skip
    named = json.loads((target / "importmap.json").read_text(encoding="utf-8"))["imports"]
    assert named == {"top": "top/dist/top.js", "@x/base": "@x/base/b.mjs"}
    licences = (target / "LICENSES.txt").read_text(encoding="utf-8")
    assert "top 1.2.3 (MIT)" in licences
    assert "the licence of @x/base" in licences
    assert "sourceMappingURL" not in (target / "top/dist/top.js").read_text(encoding="utf-8")


def test_what_was_there_before_is_replaced_as_a_whole(modules: Path, tmp_path: Path) -> None:
    target = tmp_path / "static" / "vendor"
    target.mkdir(parents=True)
    (target / "old.js").touch()
    vendor.place(modules, target, "a-stamp", ["top"])
    assert not (target / "old.js").exists()
    assert [path.name for path in target.parent.iterdir()] == ["vendor"]


def test_a_package_that_is_not_there_is_named(modules: Path, tmp_path: Path) -> None:
    shutil.rmtree(modules / "@x")
    with pytest.raises(vendor.VendorError, match="@x/base is imported"):
        vendor.place(modules, tmp_path / "static" / "vendor", "", ["top"])
    assert not (tmp_path / "static").exists()


def test_a_package_without_module_or_licence_is_refused(modules: Path, tmp_path: Path) -> None:
    with pytest.raises(vendor.VendorError, match="no module"):
        vendor.reach(modules, ["top/other"])
    (modules / "top" / "LICENSE").unlink()
    with pytest.raises(vendor.VendorError, match="top comes without a licence"):
        vendor.place(modules, tmp_path / "vendor", "", ["top"])


def inputs(folder: Path) -> Path:
    folder.mkdir()
    for name in vendor.INPUTS:
        (folder / name).write_text("{}", encoding="utf-8")
    return folder


def npm(tmp_path: Path, body: str) -> Path:
    """A program called npm that does this, alone on the PATH."""
    folder = tmp_path / "bin"
    folder.mkdir()
    script = folder / "npm"
    script.write_text(f"#!{sys.executable}\nimport pathlib, sys\n{body}\n", encoding="utf-8")
    script.chmod(0o755)
    return folder


INSTALL = """
assert sys.argv[1:] == ["ci", "--ignore-scripts"]
for name, file in (("preact", "p"), ("preact/hooks", "h"), ("htm", "m"), ("@preact/signals", "s")):
    folder = pathlib.Path("node_modules") / name
    folder.mkdir(parents=True)
    rest = {"preact": {".": "./f.js", "./hooks": "./h.js"}, "htm": {"./preact": "./f.js"}}
    import json
    about = {"version": "1", "exports": rest.get(name, {".": "./f.js"})}
    (folder / "package.json").write_text(json.dumps(about))
    for each in ("f.js", "h.js", "LICENSE"):
        (folder / each).write_text("// text")
"""


def test_fetching_runs_npm_once_until_the_lock_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, target = inputs(tmp_path / "web"), tmp_path / "static" / "vendor"
    monkeypatch.setenv("PATH", str(npm(tmp_path, INSTALL)))
    assert not vendor.is_fresh(target, folder)
    assert vendor.fetch(folder, target)
    assert vendor.is_fresh(target, folder)
    assert not vendor.fetch(folder, target)
    (folder / "package-lock.json").write_text('{"new": 1}', encoding="utf-8")
    assert vendor.fetch(folder, target)


def test_a_failure_says_what_npm_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    bin_ = npm(tmp_path, 'sys.exit("integrity check failed")')
    monkeypatch.setenv("PATH", str(bin_))
    folder, target = inputs(tmp_path / "web"), tmp_path / "vendor"
    with pytest.raises(vendor.VendorError, match="integrity check failed"):
        vendor.fetch(folder, target)
    assert not target.exists()
    monkeypatch.setattr(vendor, "fetch", lambda: vendor._run(["/nowhere"], tmp_path, {}))
    assert vendor.main() == 1
    assert "/nowhere did not run" in capsys.readouterr().err


def test_without_npm_the_wheel_of_node_is_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs: list[list[str]] = []
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(vendor, "_run", lambda command, _folder, _env: runs.append(list(command)))
    monkeypatch.setattr("importlib.util.find_spec", lambda _name: None)
    command, env = vendor.npm_command(tmp_path)
    assert command == [sys.executable, "-c", vendor.RUN_NPM]
    assert runs[0][-1] == vendor.NODE
    assert env["PYTHONPATH"] == str(tmp_path / "node")
    monkeypatch.setattr("importlib.util.find_spec", lambda _name: object())
    _command, again = vendor.npm_command(tmp_path)
    assert len(runs) == 1
    assert "PYTHONPATH" not in again or again["PYTHONPATH"] != str(tmp_path / "node")


def test_the_command_says_whether_it_fetched(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(vendor, "fetch", lambda: True)
    assert vendor.main() == 0
    assert "fetched" in capsys.readouterr().out
    monkeypatch.setattr(vendor, "fetch", lambda: False)
    assert vendor.main() == 0
    assert capsys.readouterr().out == ""
