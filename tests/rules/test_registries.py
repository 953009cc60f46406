"""A registry is one file of plain imports; a module forgotten in it would be dead weight."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
# Folder -> what an entry looks like: a file or a folder whose code holds this assignment.
REGISTRIES = {
    "ivr/engine/verbs": "VERB",
    "ivr/channels": "PROVIDER",
    "ivr/cti/adapters": "ADAPTER",
}


def entries(folder: Path, mark: str) -> list[str]:
    """Names of the modules and packages of a folder that offer something to its registry."""
    places = [*folder.glob("*.py"), *folder.glob("*/__init__.py")]
    offers = [place for place in places if _assigns(place.read_text(encoding="utf-8"), mark)]
    names = [place.parent.name if place.name == "__init__.py" else place.stem for place in offers]
    return sorted(name for name in names if name != folder.name)


def _assigns(source: str, mark: str) -> bool:
    return any(line.startswith((f"{mark} =", f"{mark}:")) for line in source.splitlines())


def named(source: str) -> frozenset[str]:
    """Last parts of what a registry imports, or names as a dotted path to be loaded on use."""
    found: list[str] = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom):
            found += [node.module or "", *(alias.name for alias in node.names)]
        elif isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            found.append(node.value.partition(":")[0])
    return frozenset(part for name in found for part in name.split(".") if part)


@pytest.mark.parametrize("folder", REGISTRIES)
def test_a_registry_names_every_module_beside_it(folder: str) -> None:
    registry = named((ROOT / folder / "__init__.py").read_text(encoding="utf-8"))
    assert [
        name for name in entries(ROOT / folder, REGISTRIES[folder]) if name not in registry
    ] == []


@pytest.mark.parametrize(
    "line",
    [
        "from x.verbs import a, say",
        "import x.verbs.say",
        "from x.verbs.say import VERB",
        "P = ('x.say:VERB',)",
    ],
)
def test_every_way_to_name_a_module_counts(line: str) -> None:
    assert "say" in named(line)
    assert "menu" not in named(line)
