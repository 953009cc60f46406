"""Names, near names, and what may be missing."""

from __future__ import annotations

from ivr.flow.expressions.scope import Names, missing_prefix, no_such_name, prefixes
from ivr.flow.types import NUMBER, TEXT, Type

NAME = Type("text", optional=True)
CUSTOMER = Type("customer", optional=True, fields={"id": TEXT, "name": NAME})
SCOPE = Names({"customer": CUSTOMER, "interaction.queue": TEXT, "interaction.tries": NUMBER})


def test_a_path_is_found_by_its_longest_name_and_then_by_fields() -> None:
    assert SCOPE.type_of(("customer",)) == CUSTOMER
    assert SCOPE.type_of(("customer", "id")) == TEXT
    assert SCOPE.type_of(("customer", "id", "x")) is None
    assert SCOPE.type_of(("interaction", "queue")) == TEXT
    assert SCOPE.type_of(("interaction",)) is None
    assert SCOPE.type_of(("call", "id")) == TEXT
    assert Names(standard=False).type_of(("call", "id")) is None
    assert Names(standard=False).names() == ()


def test_the_first_part_that_may_miss_is_named() -> None:
    path = ("customer", "name")
    assert missing_prefix(path, SCOPE, frozenset()) == ("customer",)
    assert missing_prefix(path, SCOPE, frozenset({("customer",)})) == path
    assert missing_prefix(path, SCOPE, prefixes(path)) == ()
    assert missing_prefix(path, Names(SCOPE.types, prefixes(path)), frozenset()) == ()


def test_a_wrong_name_gets_a_sentence_and_a_remedy() -> None:
    assert no_such_name(("custmer",), SCOPE) == (
        'no variable "custmer"',
        'did you mean "customer"?',
    )
    assert no_such_name(("customer", "nme"), SCOPE) == (
        'customer has no "nme"',
        'did you mean "name"?',
    )
    assert no_such_name(("interaction", "qeue"), SCOPE)[1] == 'did you mean "queue"?'
    assert no_such_name(("interaction",), SCOPE)[1] == "write interaction.queue"
    assert no_such_name(("hours", "branch"), SCOPE)[1] == "write hours.branch.open"
    assert no_such_name(("zzzzzz",), SCOPE) == ('no variable "zzzzzz"', "")
