"""Levels of menus."""

from __future__ import annotations

from ivr.engine.verbs import SPECS
from ivr.flow.proof.depth import menus_of
from tests.flow.checker.bank import bank_files, small
from tests.flow.checker.paths.cases import bundle_of


def _menu(keys: str, giveup: str = "out") -> str:
    return f"    - menu: menu\n      keys: {keys}\n      giveup: {giveup}\n"


def _levels(body: str, **more: str) -> dict[str, tuple[int, tuple[str, ...]]]:
    menus = menus_of(bundle_of(small(body, **more), "small"), SPECS)
    return {f"{menu.flow.name}.{menu.step.node}": (menu.level, menu.by) for menu in menus}


def test_the_example_has_two_levels() -> None:
    found = menus_of(bundle_of(bank_files(), "bank"), SPECS)
    assert [(menu.step.node, menu.level, menu.by) for menu in found] == [
        ("main", 1, ("main",)),
        ("balance", 2, ("main", "balance")),
        ("closed", 1, ("closed",)),
    ]


def test_the_shortest_way_counts_and_giving_up_passes_no_menu() -> None:
    body = "nodes:\n  start:\n" + _menu("{'1': a}", "help") + "  a:\n" + _menu("{'1': b}")
    body += "  b:\n" + _menu("{'1': out}") + "  help:\n" + _menu("{'1': b}")
    assert _levels(body + "  out:\n    - hangup\n") == {
        "small.start": (1, ("start",)),
        "small.a": (2, ("start", "a")),
        "small.b": (2, ("help", "b")),
        "small.help": (1, ("help",)),
    }


def test_menus_of_sub_flows_lie_below_whoever_runs_them() -> None:
    inner = "flow: inner\nversion: 1\nlanguages: [tr]\nstart: a\nnodes:\n  a:\n"
    inner += _menu("{'1': exit.done}", "exit.failed")
    body = "uses: {flows: [inner]}\nnodes:\n  start:\n" + _menu("{'1': go_in}")
    body += "  go_in:\n    - run: inner\n      failed: failed\n    - go: done\n"
    body += "  done:\n" + _menu("{'1': out}") + "  failed:\n" + _menu("{'1': out}")
    assert _levels(body + "  out:\n    - hangup\n", inner=inner) == {
        "small.start": (1, ("start",)),
        "inner.a": (2, ("start", "inner.a")),
        "small.done": (3, ("start", "inner.a", "done")),
        "small.failed": (2, ("start", "failed")),
    }
