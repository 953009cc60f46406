"""What is imported is declared, what is locked is hashed, and `ivr --help` loads little."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LOCK = ROOT / ".ci" / "constraints.txt"
HEAVY = ("aiohttp", "alembic", "holidays", "sqlalchemy", "twilio")
SHOW_HELP = """
import json, sys
sys.argv = ["ivr", "--help"]
from ivr.cli import main
try:
    code = main()
except SystemExit as end:
    code = end.code
print(json.dumps({"code": code, "modules": sorted(sys.modules)}))
"""


def requirement_name(requirement: str) -> str:
    """`sqlalchemy[asyncio]>=2.1; marker` -> `sqlalchemy`, spelled as the index spells it."""
    name = re.split(r"[\s\[<>=!~;]", requirement, maxsplit=1)[0]
    return re.sub(r"[-_.]+", "-", name).lower()


def declared() -> set[str]:
    """Distributions that pyproject.toml names for the core and the extras that users install."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    lines = [line for extra in extras if extra != "dev" for line in extras[extra]]
    return {requirement_name(line) for line in [*project["dependencies"], *lines]}


def imported_roots(source: str) -> set[str]:
    """Top-level names that a module imports, anywhere in it."""
    roots: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            roots.update(alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            roots.add(node.module.partition(".")[0])
    return roots


def test_everything_imported_is_declared() -> None:
    homes = packages_distributions()
    known = declared()
    missing: list[str] = []
    for file in sorted((ROOT / "ivr").rglob("*.py")):
        foreign = (
            imported_roots(file.read_text(encoding="utf-8")) - sys.stdlib_module_names - {"ivr"}
        )
        for root in sorted(foreign):
            owners = {requirement_name(name) for name in homes.get(root, [root])}
            if not owners & known:
                missing.append(f"{file.relative_to(ROOT)}: {root} ({', '.join(sorted(owners))})")
    assert missing == []


def test_the_lock_holds_no_addresses() -> None:
    lines = LOCK.read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if "://" in line or line.startswith("-")] == []


def test_every_locked_version_has_hashes() -> None:
    text = LOCK.read_text(encoding="utf-8").replace("\\\n", " ")
    pins = [line for line in text.splitlines() if line[:1].isalnum()]
    assert len(pins) > 50
    assert [line[:60] for line in pins if "==" not in line or "--hash=sha256:" not in line] == []


def test_the_lock_names_all_that_is_declared() -> None:
    locked = {
        requirement_name(line)
        for line in LOCK.read_text(encoding="utf-8").splitlines()
        if line[:1].isalnum()
    }
    assert sorted(declared() - locked) == []


def test_help_loads_nothing_heavy() -> None:
    if not ((ROOT / "ivr" / "cli.py").exists() or (ROOT / "ivr" / "cli").exists()):
        pytest.skip("ivr/cli.py is not written yet")
    done = subprocess.run(  # noqa: S603 - our own interpreter, our own words
        [sys.executable, "-c", SHOW_HELP],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    report = json.loads(done.stdout.splitlines()[-1])
    assert report["code"] in {0, None}
    assert [name for name in HEAVY if name in report["modules"]] == []
