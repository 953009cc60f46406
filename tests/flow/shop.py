"""A small flow to break in tests: `§` marks where the mistake must be found."""

from __future__ import annotations

from ivr.domain.problem import Problem, Severity
from ivr.engine.verbs import SPECS
from ivr.flow.loader import Loaded, load
from ivr.flow.types import DIGITS, PHONE, TEXT, Type
from ivr.flow.world import SourceShape, World

MARK = "§"
PROMPTS = """\
hello: {tr: Merhaba., en: Hello.}
bye: {tr: Güle güle., en: Goodbye.}
"""
HEAD = """\
flow: shop
version: 1
languages: [tr, en]
start: start
uses: {queues: [sales], sources: [customer], places: [desk], flows: [pin]}
vars: {customer: customer?, reason: text = none}
rescue: {error: end, emergency: end}
nodes:
  start:
    - say: hello
    - go: main
"""
TAIL = """\
  end:
    - hangup: bye
"""
MAIN = "  main:\n    - go: end\n"
PIN = """\
flow: pin
version: 1
languages: [tr, en]
start: ask
inputs: {phone: phone}
exits: [locked]
nodes:
  ask:
    - say: hello
    - set: {phone: =phone}
    - go: exit.locked
"""


def shop_world() -> World:
    """What the shop uses from outside, and a little more."""
    gives: dict[str, Type] = {"id": TEXT, "vip": Type("bool")}
    customer = SourceShape("customer", {"phone": PHONE}, gives, not_found=True)
    branches = SourceShape("branches", {}, {"count": TEXT})
    return World(
        sources={"customer": customer, "branches": branches},
        queues=("sales", "support"),
        places={"desk": (), "extension": ()},
        place_takes={"extension": {"ext": DIGITS}},
        outcomes=("paid",),
    )


def shop(steps: str = "", head: str = HEAD) -> str:
    """The flow with these steps in the node `main`, each line as it would stand in a node."""
    body = "".join(f"    {line}\n" for line in steps.splitlines())
    return head + ("  main:\n" + body if body else MAIN) + TAIL


def files(flow: str = "", *, prompts: str = PROMPTS, **more: str) -> dict[str, bytes]:
    """The folder: the shop, its sub-flow, prompts, and more flows by name."""
    written = {"shop": flow or shop(), "pin": PIN, "prompts": prompts, **more}
    return {f"flows/{name}.yaml": text.encode() for name, text in written.items()}


def loaded(folder: dict[str, bytes]) -> Loaded:
    """The folder as the loader has it, marks taken out."""
    clean = {path: data.replace(MARK.encode(), b"") for path, data in folder.items()}
    return load(clean, SPECS, shop_world())


def mark(folder: dict[str, bytes]) -> str:
    """`file:line:column` of the mark."""
    for path, data in folder.items():
        before, found, _after = data.decode("utf-8", "replace").partition(MARK)
        if found:
            line = before.count("\n") + 1
            return f"{path}:{line}:{len(before) - before.rfind(chr(10))}"
    raise AssertionError("no mark in any file")


def errors(folder: dict[str, bytes]) -> list[str]:
    """Every error as it is printed."""
    return [str(one) for one in problems(folder) if one.severity is Severity.ERROR]


def problems(folder: dict[str, bytes]) -> list[Problem]:
    """Everything found, by place."""
    return sorted(loaded(folder).problems, key=lambda one: (one.at, one.code))


def check(folder: dict[str, bytes], message: str) -> None:
    """One error and no other, at the mark: `CODE error sentence`."""
    assert errors(folder) == [f"{mark(folder)} {message}"]


def check_warning(folder: dict[str, bytes], message: str) -> None:
    """This warning stands at the mark, and there is no error."""
    assert errors(folder) == []
    assert f"{mark(folder)} {message}" in [str(one) for one in problems(folder)]
