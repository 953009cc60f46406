"""Deciding code does no I/O, keeps no global and never depends on the order of a set.

The import contracts see modules; this sees built-in functions and set order (architecture 3).
"""

from __future__ import annotations

import ast
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[2]
DECIDING = ("domain", "flow", "engine", "acd", "surveys", "tickets", "reports", "media")
BANNED = frozenset({"open", "hash", "id", "print", "input", "__import__"})
SET_MAKERS = frozenset({"set", "frozenset"})
SET_METHODS = frozenset({"union", "intersection", "difference", "symmetric_difference", "copy"})
SET_TYPES = frozenset({"set", "frozenset", "Set", "AbstractSet", "MutableSet"})
# What gives the same answer in whatever order it reads.
UNORDERED = frozenset({"all", "any", "frozenset", "len", "set", "sorted", "sum"})
# What keeps or shows the order it reads in; min and max do when `key` makes ties.
ORDERED = frozenset({"dict", "enumerate", "iter", "list", "map", "next", "tuple", "zip"})
TIES = frozenset({"max", "min"})
SCOPES = (ast.Module, ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)

Names = frozenset[str]


def deciding_files() -> list[Path]:
    """Every file of a package that decides, and of every provider's wire."""
    ivr = ROOT / "ivr"
    folders = [ivr / name for name in DECIDING]
    found = [file for folder in folders for file in folder.rglob("*.py")]
    found += [*ivr.glob("channels/*/wire.py"), *ivr.glob("channels/*/wire/**/*.py")]
    return sorted(found)


def impurities(source: str) -> list[str]:
    """`line: what is wrong` for each banned thing in the source of one module."""
    return [f"{line}: {text}" for line, text in sorted(_walk(ast.parse(source), frozenset(), ""))]


def _walk(node: ast.AST, sets: Names, function: str) -> Iterator[tuple[int, str]]:
    if isinstance(node, SCOPES):
        sets |= _known_sets(node, sets)
        function = getattr(node, "name", function)
    yield from _banned(node, function)
    for place in _ordered_reads(node):
        if _is_set(place, sets):
            yield place.lineno, f"reads a set in order: {ast.unparse(place)} (sort it)"
    for child in ast.iter_child_nodes(node):
        if not (isinstance(child, ast.GeneratorExp) and _forgets_order(node)):
            yield from _walk(child, sets, function)
            continue
        for part in ast.iter_child_nodes(child):  # a generator inside sorted(), any() ...
            yield from _walk(part, sets, function)


def _banned(node: ast.AST, function: str) -> Iterator[tuple[int, str]]:
    if isinstance(node, ast.Global):
        yield node.lineno, f"global {', '.join(node.names)}"
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
        allowed = node.id == "hash" and function == "__hash__"
        if node.id in BANNED and not allowed:
            yield node.lineno, f"uses {node.id}"


def _ordered_reads(node: ast.AST) -> Iterator[ast.expr]:
    """The expressions that this node reads one by one, in order."""
    if isinstance(node, ast.For | ast.AsyncFor):
        yield node.iter
    elif isinstance(node, ast.ListComp | ast.DictComp | ast.GeneratorExp):
        yield from (generator.iter for generator in node.generators)
    elif isinstance(node, ast.Starred | ast.YieldFrom):
        yield node.value
    elif isinstance(node, ast.Call):
        yield from _ordered_arguments(node)


def _ordered_arguments(call: ast.Call) -> list[ast.expr]:
    name = call.func.id if isinstance(call.func, ast.Name) else ""
    method = call.func.attr if isinstance(call.func, ast.Attribute) else ""
    ties = name in TIES and any(keyword.arg == "key" for keyword in call.keywords)
    keeps = name in ORDERED or ties or method in {"join", "extend", "fromkeys"}
    return list(call.args) if keeps else []


def _forgets_order(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in UNORDERED
    )


def _is_set(node: ast.expr, sets: Names) -> bool:
    match node:
        case ast.Set() | ast.SetComp():
            return True
        case ast.Name(id=name):
            return name in sets
        case ast.BinOp(
            left=left, op=ast.BitOr() | ast.BitAnd() | ast.Sub() | ast.BitXor(), right=right
        ):
            return _is_set(left, sets) or _is_set(right, sets)
        case ast.Call(func=ast.Name(id=name)):
            return name in SET_MAKERS
        case ast.Call(func=ast.Attribute(value=value, attr=method)):
            return method in SET_METHODS and _is_set(value, sets)
    return False


def _known_sets(scope: ast.AST, outer: Names) -> Names:
    """Names of this scope that hold a set: by annotation, or because one is assigned to them."""
    found = set(outer)
    for node in _of_scope(scope):
        match node:
            case ast.arg(arg=name, annotation=kind) if _names_set(kind):
                found.add(name)
            case ast.AnnAssign(target=ast.Name(id=name), annotation=kind) if _names_set(kind):
                found.add(name)
            case ast.Assign(targets=[ast.Name(id=name)], value=value) if _is_set(
                value, frozenset(found)
            ):
                found.add(name)
    return frozenset(found)


def _of_scope(scope: ast.AST) -> Iterator[ast.AST]:
    """The nodes of one scope in order of the text, not those of functions and classes inside it."""
    for child in ast.iter_child_nodes(scope):
        yield child
        if not isinstance(child, SCOPES):
            yield from _of_scope(child)


def _names_set(annotation: ast.expr | None) -> bool:
    kind = annotation.value if isinstance(annotation, ast.Subscript) else annotation
    name = kind.attr if isinstance(kind, ast.Attribute) else getattr(kind, "id", "")
    return name in SET_TYPES


def test_deciding_packages_are_pure() -> None:
    found = [
        f"{file.relative_to(ROOT)}:{line}"
        for file in deciding_files()
        for line in impurities(file.read_text(encoding="utf-8"))
    ]
    assert found == []


def test_every_deciding_package_is_named_in_the_import_contract() -> None:
    house = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    contracts = house["tool"]["importlinter"]["contracts"]
    sources = next(
        each["source_modules"] for each in contracts if each["name"].startswith("What decides")
    )
    built = [f"ivr.{name}" for name in DECIDING if (ROOT / "ivr" / name / "__init__.py").exists()]
    assert [name for name in built if name not in sources] == []
    assert "ivr.channels.*.wire" in sources


@pytest.mark.parametrize(
    "damage",
    [
        "open('x')",
        "key = hash",
        "def f(x):\n    return id(x)",
        "print('x')",
        "__import__('time')",
        "def f():\n    global x\n    x = 1",
        "for x in {1, 2}:\n    pass",
        "a = [x for x in set(y)]",
        "a = {x: 1 for x in frozenset(y)}",
        "a = tuple({x for x in y})",
        "a = [*{1, 2}]",
        "a = ' '.join({'a', 'b'})",
        "A = frozenset({1})\ndef f():\n    return list(A)",
        "def f(names: set[str]):\n    return [n for n in names]",
        "def f(names: collections.abc.Set[str]):\n    yield from names",
        "a = {1}\nb = a | c\nfor x in b:\n    pass",
        "for x in set(a).difference(b):\n    pass",
        "a = max({1, 2}, key=len)",
        "a = sum(next(iter({1})) for x in y)",
    ],
)
def test_planted_damage_is_found(damage: str) -> None:
    assert impurities(damage) != []


@pytest.mark.parametrize(
    "source",
    [
        "def __hash__(self):\n    return hash(self.x)",
        "for x in sorted({1, 2}):\n    pass",
        "a = any(x for x in {1, 2})",
        "a = sorted(x + 1 for x in set(y))",
        "a = {x + 1 for x in {1, 2}}",
        "a = max({1, 2})",
        "a = 1 in {1, 2}",
        "class A:\n    id: str\n    def f(self):\n        return self.id",
        "def f(x):\n    n = [x]\n    return [a for a in n]\ndef g(n: set[str]):\n    return len(n)",
        "a = b - c\nfor x in range(a):\n    pass",
    ],
)
def test_pure_code_passes(source: str) -> None:
    assert impurities(source) == []
