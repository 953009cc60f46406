"""Which exits count, what they are called, and where they stand."""

from __future__ import annotations

from ivr.flow.cases.exits import exit_name, exits_of
from tests.flow.cases.scene import SHOP, stage


def test_written_targets_count_and_bare_go_does_not() -> None:
    names = [place.name for place in exits_of(stage().bundle("shop"))]
    assert [name for name in names if name.startswith("shop.hello")] == [
        "shop.hello.when.1",
        *(f"shop.hello.menu.{key}" for key in ("1", "2", "3", "4", "giveup")),
    ]
    assert [name for name in names if "track" in name] == [
        "shop.track.ask.giveup",
        "shop.track.fetch.failed",
        "shop.track.fetch.missing",
    ]
    assert names[-4:] == [
        "shop.always.0",
        "shop.always.*",
        "check.first.when.1",
        "check.first.when.else",
    ]
    assert "shop.message.voicemail.empty" not in names


def test_an_exit_stands_where_it_is_written() -> None:
    places = {place.name: place.at for place in exits_of(stage().bundle("shop"))}
    lines = SHOP.splitlines()
    for name, text in {
        "shop.hello.when.1": "not hours.door.open: shut",
        "shop.hello.menu.2": '"2": secret',
        "shop.hello.menu.giveup": "giveup: desk",
        "shop.always.*": '"*": {do: repeat}',
        "shop.desk.queue.full": "full: message",
    }.items():
        at = places[name]
        assert lines[at.line - 1][at.column - 1 :].startswith(text), name


def test_a_second_step_of_a_verb_has_a_number() -> None:
    again = SHOP.replace(
        "    - say: state_is\n",
        "    - fetch: order\n      with: {number: =number}\n      missing: next\n"
        "      failed: next\n    - say: state_is\n",
    )
    bundle = stage(again).bundle("shop")
    names = [place.name for place in exits_of(bundle)]
    assert "shop.track.fetch~2.missing" in names
    note = {"flow": "shop", "step": "track#fetch:order~2", "exit": "missing"}
    assert exit_name(bundle, note) == "shop.track.fetch~2.missing"


def test_an_always_key_is_named_by_its_flow() -> None:
    bundle = stage().bundle("shop")
    assert exit_name(bundle, {"flow": "shop", "key": "0"}) == "shop.always.0"
