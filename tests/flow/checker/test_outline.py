"""A flow as a map: nodes, steps, ways out, and what nobody can come to."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ivr.engine.load import load_book
from ivr.flow.checker.outline import Stage, Station, Way, outline
from tests.flow.bank import asking_bank_files, bank_world

if TYPE_CHECKING:
    from collections.abc import Mapping


@pytest.fixture(scope="module")
def bank() -> Mapping[str, Station]:
    """The stations of the worked example by name."""
    book, problems = load_book(asking_bank_files(), bank_world())
    assert book is not None, problems
    return {each.node: each for each in outline(book.flow(book.live["bank"], "bank"))}


def stage(bank: Mapping[str, Station], node: str, verb: str) -> Stage:
    return next(each for each in bank[node].stages if each.verb == verb)


def test_the_nodes_come_as_they_are_written_with_their_lines(bank: Mapping[str, Station]) -> None:
    assert list(bank)[:3] == ["welcome", "main", "balance"]
    lines = [each.line for each in bank.values()]
    assert lines == sorted(lines)
    assert [each.verb for each in bank["balance"].stages] == ["when", "run", "say", "outcome",
                                                               "menu"]  # fmt: skip


def test_a_menu_says_where_each_key_leads_and_what_may_be_said_instead(
    bank: Mapping[str, Station],
) -> None:
    menu = stage(bank, "main", "menu")
    assert menu.about == "main_menu"
    assert menu.ways[1] == Way(
        exit="2", to="lost_card", words={"tr": "kayıp kart", "en": "lost card"}
    )
    assert menu.ways[-1] == Way(exit="giveup", to="agent")


def test_a_branch_says_its_condition(bank: Mapping[str, Station]) -> None:
    ways = stage(bank, "main", "when").ways
    assert [(way.says, way.to) for way in ways] == [
        ("not hours.branch.open", "closed"),
        ("known(customer) and customer.vip", "vip"),
        ("", "next"),
    ]


def test_it_is_told_how_callers_come_to_a_node_beside_the_steps(
    bank: Mapping[str, Station],
) -> None:
    assert bank["welcome"].entered_by == ("start",)
    assert bank["sorry"].entered_by == ("rescue.error",)
    assert bank["wrap_up"].entered_by == ("rescue.hangup",)
    assert bank["agent"].entered_by == ("key 0",)
    assert all(station.reached for station in bank.values())


LOOSE = b"""\
flow: loose
version: 1
languages: [tr]
start: one
rescue: {error: sorry}
nodes:
  one:
    - record: start
      notice: ask
      refuse_key: "9"
    - menu: ask
      keys: {"1": two}
      giveup: two
  two:
    - hangup: bye
  lost:
    - go: lost_too
  lost_too:
    - hangup: bye
  sorry:
    - hangup: bye
"""
WORDS = b'ask: {tr: "1"}\nbye: {tr: "Ho\xc5\x9f\xc3\xa7a kal\xc4\xb1n."}\n'


def test_what_no_caller_can_come_to_is_told_and_what_nobody_wrote_leads_to_the_rescue() -> None:
    files = {"flows/loose.yaml": LOOSE, "flows/prompts.yaml": WORDS}
    book, problems = load_book(files, bank_world())
    assert book is not None, problems
    found = {each.node: each for each in outline(book.flow(book.live["loose"], "loose"))}
    assert [name for name, each in found.items() if not each.reached] == ["lost", "lost_too"]
    assert Way(exit="refused", to="sorry") in stage(found, "one", "record").ways
