"""From files to a book."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.domain.problem import Position, Problem, Severity
from ivr.engine.load import load_book
from tests.flow.bank import bank_files, bank_world

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ivr.flow.loader import Loaded
    from ivr.flow.world import World


def test_the_worked_example_makes_a_book_with_its_version_live() -> None:
    book, problems = load_book(bank_files(), bank_world())
    assert book is not None
    assert [one.code for one in problems] == []
    assert list(book.live) == ["bank"]
    root = book.root(book.live["bank"])
    assert root.name == "bank"
    assert book.flow(book.live["bank"], "identify").is_sub_flow
    assert book.step(book.live["bank"], "bank", "goodbye", 0).verb == "hangup"


def test_an_error_makes_no_book_and_warnings_stay() -> None:
    files = bank_files()
    files["flows/bank.yaml"] = files["flows/bank.yaml"].replace(b"go: main\n", b"go: mian\n", 1)
    book, problems = load_book(files, bank_world())
    assert book is None
    told = [str(one) for one in problems if one.severity is Severity.ERROR]
    assert told == ['flows/bank.yaml:50:11 F201 error no node "mian"; did you mean "main"?']
    assert list(problems) == sorted(problems, key=lambda one: (one.at, one.code))


def test_later_checks_see_the_flows_and_can_refuse_them() -> None:
    def never(loaded: Loaded, world: World) -> Iterator[Problem]:
        assert list(loaded.flows) == ["bank", "identify"]
        assert world.queues
        yield Problem("F601", Severity.ERROR, Position("flows/bank.yaml", 3), "no")

    book, problems = load_book(bank_files(), bank_world(), extra_checks=never)
    assert book is None
    assert "F601" in {one.code for one in problems}


def test_a_comment_silences_a_warning_of_a_later_check() -> None:
    def many_keys(_loaded: Loaded, _world: World) -> Iterator[Problem]:
        yield Problem("F406", Severity.WARNING, Position("flows/bank.yaml", 1), "7 keys")

    files = bank_files()
    text = files["flows/bank.yaml"].decode()
    files["flows/bank.yaml"] = (
        text.split("\n", 1)[1]
        .replace("flow: bank", "flow: bank   # ok F406: all are needed", 1)
        .encode()
    )
    _book, problems = load_book(files, bank_world(), extra_checks=many_keys)
    assert [one.code for one in problems] == []


def test_an_empty_folder_makes_an_empty_book() -> None:
    book, problems = load_book({}, bank_world())
    assert book is not None
    assert (dict(book.live), problems) == ({}, ())
