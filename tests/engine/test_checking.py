"""Everything `ivr check` does."""

from __future__ import annotations

from ivr.domain.problem import Severity
from ivr.engine.checking import check_flows
from tests.flow.bank import bank_files, bank_world


def test_the_worked_example_is_clean() -> None:
    book, problems = check_flows(bank_files(), bank_world())
    assert book is not None
    assert [one for one in problems if one.severity is Severity.ERROR] == []


def test_a_mistake_that_only_a_check_sees_makes_no_book_and_is_told_once() -> None:
    files = bank_files()
    split = files["flows/bank.yaml"].replace(b"loans_queue: 90", b"loans_queue: 80")
    book, problems = check_flows({**files, "flows/bank.yaml": split}, bank_world())
    assert book is None
    assert [one.code for one in problems if one.severity is Severity.ERROR] == ["F607"]
