"""The bank example and small flows, loaded and checked: what the tests of the checker share."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC
from pathlib import Path
from typing import TYPE_CHECKING

from ivr.domain.calendar import Calendar
from ivr.domain.problem import Problem, Severity
from ivr.engine.verbs import SPECS
from ivr.flow.checker.study import Study, study
from ivr.flow.checker.values import check_values
from ivr.flow.loader import load
from ivr.flow.types import Type, parse_type
from ivr.flow.world import SourceShape, World

if TYPE_CHECKING:
    from collections.abc import Mapping

FOLDER = Path(__file__).resolve().parents[3] / "flows"
BANK, IDENTIFY, PROMPTS = "flows/bank.yaml", "flows/identify.yaml", "flows/prompts.yaml"


def typed(text: str) -> Type:
    """A type by its text, in lira."""
    return parse_type(text, currency="TRY", records={})


def shape(name: str, takes: Mapping[str, str], gives: Mapping[str, str]) -> SourceShape:
    """A source that is posted to over https and can say "not found"."""
    return SourceShape(
        name,
        {key: typed(kind) for key, kind in takes.items()},
        {key: typed(kind) for key, kind in gives.items()},
        not_found=name == "customer",
        takes_sealed=name != "customer",
    )


SOURCES: Mapping[str, SourceShape] = {
    "customer": shape(
        "customer",
        {"phone": "phone"},
        {
            "id": "text",
            "name": "text?",
            "vip": "bool",
            "balance": "money",
            "language": "language?",
        },
    ),
    "card_block": shape("card_block", {"card": "sealed digits", "customer": "text?"}, {}),
    "pin_check": shape("pin_check", {"customer": "text", "pin": "sealed digits"}, {"ok": "bool"}),
}
WORLD = World(
    calendars={"branch": Calendar(UTC, (((540, 1080),),) * 7)},
    sources=SOURCES,
    queues=("cards", "loans", "general"),
    places={"vip_desk": (), "by_extension": ()},
    place_takes={"by_extension": {"ext": typed("digits")}},
    surveys=("support",),
    payments=("desk",),
    outcomes=("paid",),
)


def with_source(name: str, **changes: object) -> World:
    """The world with one source changed."""
    changed = replace(SOURCES[name], **changes)  # type: ignore[arg-type]
    return replace(WORLD, sources={**SOURCES, name: changed})


def bank_files() -> dict[str, bytes]:
    """The files of the bank example."""
    return {path: (FOLDER.parent / path).read_bytes() for path in (BANK, IDENTIFY, PROMPTS)}


def changed(file: str, *swaps: tuple[str, str]) -> dict[str, bytes]:
    """The bank example with words of one file replaced; each must stand there exactly once."""
    files = bank_files()
    text = files[file].decode()
    for old, new in swaps:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return {**files, file: text.encode()}


def found(files: Mapping[str, bytes], world: World = WORLD) -> tuple[Problem, ...]:
    """The errors of the loader, and all that the checks of values find in every root flow."""
    loaded = load(files, SPECS, world)
    errors = [one for one in loaded.problems if one.severity is Severity.ERROR]
    checked = [
        problem
        for bundle in loaded.bundles.values()
        for problem in check_values(bundle, SPECS, world)
    ]
    return tuple(dict.fromkeys(sorted((*errors, *checked), key=lambda one: (one.at, one.code))))


def lines(problems: tuple[Problem, ...]) -> list[str]:
    """`bank:54 F303` for each problem."""
    return [f"{_stem(one)}:{one.at.line} {one.code}" for one in problems]


def _stem(problem: Problem) -> str:
    return problem.at.file.removeprefix("flows/").removesuffix(".yaml")


TOP = """\
flow: small
version: 1
languages: [tr]
start: start
"""
SAID = """\
hello: {tr: "Merhaba"}
bye: {tr: "Hoşça kal"}
menu: {tr: "Bir için 1"}
"""


def small(body: str, prompts: str = "", **more: str) -> dict[str, bytes]:
    """A flow of one language whose fifth line is the first of `body`; more: other flow files."""
    files = {"flows/small.yaml": TOP + body, "flows/prompts.yaml": SAID + prompts}
    files |= {f"flows/{name}.yaml": text for name, text in more.items()}
    return {path: text.encode() for path, text in files.items()}


def told(body: str, prompts: str = "", *, world: World = WORLD, **more: str) -> list[str]:
    """What is said of such a flow: `6:9 F303 message; hint`, with the file if it is another."""
    problems = found(small(body, prompts, **more), world)
    return [str(one).removeprefix("flows/small.yaml:").replace(" error ", " ") for one in problems]


def studied(body: str, prompts: str = "", *, world: World = WORLD, **more: str) -> Study:
    """The study of such a flow, which must load."""
    loaded = load(small(body, prompts, **more), SPECS, world)
    assert "small" in loaded.bundles, [str(problem) for problem in loaded.problems]
    bundle = loaded.bundles["small"]
    return study(bundle.root, bundle, SPECS, world)


def known(flow: Study, node: str, index: int = 0) -> set[str] | None:
    """The facts on entering a step, as dotted names; None where nobody gets."""
    for point in flow.graph.points:
        if (point.step.node, point.step.index) == (node, index):
            facts = flow.facts[point.number]
            return None if facts is None else {".".join(path) for path in facts}
    raise LookupError(node)
