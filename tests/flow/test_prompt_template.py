"""A prompt text is taken apart, and each mistake is found where it stands (F507)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.flow.prompt_template import Group, Insert, TemplateError, parse_template


def test_words_inserts_and_groups_are_told_apart() -> None:
    template = parse_template("Hello[, {customer.name}]: {n|digits:4}.")
    name = Insert(("customer", "name"), "", "", 8, optional=True)
    digits = Insert(("n",), "digits", "4", 26, optional=False)
    assert template.pieces == ("Hello", Group((", ", name)), ": ", digits, ".")
    assert template.inserts == (name, digits)
    assert template.literals == ("Hello", ", ", ": ", ".")


def test_the_argument_may_hold_spaces_commas_and_brackets() -> None:
    (insert,) = parse_template("{n|count:new message,new messages [all]: x}").inserts
    assert insert.argument == "new message,new messages [all]: x"


@pytest.mark.parametrize(
    ("text", "literals"),
    [
        ("a {{b}} c", ("a {b} c",)),
        ("a [[b]] c", ("a [b] c",)),
        ("{{{a}}}", ("{", "}")),
        ("[{a}[[x]]]", ("[x]",)),
        ("[[[{a}]]]", ("[", "]")),
        ("", ()),
    ],
)
def test_doubled_brackets_are_the_signs_themselves(text: str, literals: tuple[str, ...]) -> None:
    assert parse_template(text).literals == literals


@pytest.mark.parametrize(
    ("text", "offset", "part"),
    [
        ("Hello [you", 6, '"[" is not closed'),
        ("Hello {you", 6, '"{" is not closed'),
        ("a {b{c}} d", 2, '"{" is not closed'),
        ("a ] b", 2, '"]" without "["'),
        ("a } b", 2, '"}" without "{"'),
        ("a [b [c] d]", 5, "groups have one level"),
        ("a {} b", 2, "is empty"),
        ("a { } b", 2, "is empty"),
        ("a {Name} b", 3, '"Name" is not a path'),
        ("a {a.} b", 3, "is not a path"),
        ("a {.a} b", 3, "is not a path"),
        ("a {a b} b", 3, "is not a path"),
        ("a {a + 1} b", 3, "is not a path"),
        ("a {ş} b", 3, "is not a path"),
        ("a {" + "x" * 41 + "}", 3, "is not a path"),
        ("a {a|} b", 5, "is not a format"),
        ("a {a|Money} b", 5, '"Money" is not a format'),
        ("a {a|digits:} b", 11, '":" needs an argument'),
        ("a [{a] b", 3, '"{" is not closed'),
        ("ş😀 ]", 3, "without"),
    ],
)
def test_a_mistake_is_found_where_it_stands(text: str, offset: int, part: str) -> None:
    with pytest.raises(TemplateError) as mistake:
        parse_template(text)
    assert mistake.value.offset == offset
    assert part in mistake.value.message


@given(st.text("ab.|:, {}[]", max_size=30))
def test_any_text_is_either_read_or_refused_at_a_place_inside_it(text: str) -> None:
    try:
        template = parse_template(text)
    except TemplateError as mistake:
        places = [mistake.offset]
    else:
        places = [insert.offset for insert in template.inserts]
    assert all(0 <= place < len(text) for place in places)


@given(st.text(max_size=30))
def test_any_text_with_its_brackets_doubled_is_itself(text: str) -> None:
    doubled = "".join(sign * 2 if sign in "{}[]" else sign for sign in text)
    assert "".join(parse_template(doubled).literals) == text
