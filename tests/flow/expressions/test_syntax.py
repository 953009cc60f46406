"""What is an expression and what is refused, with the place of the mistake."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ivr.flow.expressions import ExpressionError, parse
from ivr.flow.expressions.syntax import MAX_DEPTH, Literal, Name, read

ACCEPTED = [
    "9 if known(customer) and customer.vip else 5",
    "not hours.branch.open",
    "visits('ask_pin') >= 3",
    "reason != 'genel' and not known(case)",
    "default(customer.id, None)",
    "[call.language, 'x']",
    "1 < age <= 5",
    "age not in [1, 2]",
    "-age + 3 * 2 // 1 % 7 / 2",
    "True and true and not False or false",
    "\"it's\" == 'x'",
    "  age",
    "age \n",
    "match == 1 and case == 2 and type == 3",
    "reason in['x','y']",
    "( age )",
    "customer . vip",
]

REFUSED = [
    ("", "empty"),
    ("   \n", "empty"),
    ("vip ? 9 : 5", "write 9 if vip else 5"),
    ("vip ?", "write A if TEST else B"),
    ("a && b", "write and"),
    ("a || b", "write or"),
    ("!a", "write not"),
    ("a = b", "write =="),
    ("a := 1", "use set"),
    ("(a := 1)", "use set"),
    ("a is b", "write =="),
    ("a <> b", ""),
    ("f'x{a}'", "remove f"),
    ("F'x'", "not an expression"),
    ("b'x'", "remove b"),
    ("r'x'", "remove r"),
    ("rb'x'", "remove rb"),
    ("u'x'", "remove u"),
    ("'a' 'b'", "join them with +"),
    ("'a'\"b\"", "join them with +"),
    ("'''a'''", "join them with +"),
    ("'a", "not closed"),
    ('"a', "not closed"),
    ("'Bank'a'", ""),
    ("0x1F", "write a number"),
    ("0b1", "write a number"),
    ("0o7", "write a number"),
    ("1_000", "write a number"),
    ("1e3", "write a number"),
    ("1E3", "write a number"),
    ("1j", "write a number"),
    ("1.", "write a number"),
    (".5", "digit before its point"),
    ("1.5.2", "write a number"),
    ("1if a else 2", "write a number"),
    ("0212", "in quotes"),
    ("00", "in quotes"),
    ("01.5", "in quotes"),
    ("1234567890123456", "15 digits"),
    ("0.1234567890123456", "15 after"),
    ("a[0]", "taken out"),
    ("a[0:1]", ""),
    ("a['x']", "taken out"),
    ("lambda: 1", ""),
    ("lambda x: 1", ""),
    ("[x for x in y]", "reserved word"),
    ("{1: 2}", "braces"),
    ("{1}", "braces"),
    ("(a, b)", "write a list"),
    ("()", "write a list"),
    ("a, b", "write a list"),
    ("*a", ""),
    ("[*a]", "unpacked"),
    ("len(*a)", "unpacked"),
    ("len(**a)", ""),
    ("len(t=a)", ""),
    ("len(a for a in b)", "reserved word"),
    ("a.b()", "listed functions"),
    ("len(a).b", "before a point"),
    ("'x'.upper", "before a point"),
    ("true.x", "before a point"),
    ("len(a)(b)", "listed functions"),
    ("nope(a)", 'no function "nope"'),
    ("lenn(a)", 'did you mean "len"'),
    ("eval('1')", 'no function "eval"'),
    ("__import__('os')", "not a name"),
    ("a.__class__", "not a name"),
    ("_a", "not a name"),
    ("Customer.vip", "write customer"),
    ("customer.VIP", "write vip"),
    ("x" * 41, "not a name"),
    ("call.from", "reserved word"),
    ("from", "reserved word"),
    ("yield", "reserved word"),
    ("await a", "reserved word"),
    ("a.not", "reserved word"),
    ("import os", "reserved word"),
    ("a ** 2", "+ - * / // %"),
    ("a << 2", "+ - * / // %"),
    ("a @ b", "no meaning"),
    ("a & b", "write and"),
    ("a | b", "write or"),
    ("a ^ b", "no meaning"),
    ("~a", "no meaning"),
    ("+a", "plus sign"),
    ("...", ""),
    ("a;b", "no meaning"),
    ("a # b", "comment"),
    ("a \\", "no meaning"),
    ("`a`", "no meaning"),
    ("$a", "no meaning"),
    ("a\nb", "U+000A"),
    ("a\tb", "U+0009"),
    ("a\0b", "U+0000"),
    ("'a\x07b'", "U+0007"),
    ("a\u0085", "U+0085"),
    ("a\u2028b", "U+2028"),
    ("a\u00a0b", "no meaning"),
    ("müşteri", "put text in quotes"),
    ("ﬁrst", "put text in quotes"),
    ("𝐚", "put text in quotes"),
    ("١", ""),
    ("a b", ""),
    ("a +", "the end is missing"),
    ("(a", ""),
    ("a)", ""),
    ("if a", ""),
    ("a if b", ""),
    ("not", ""),
    ("None", "default(x, None)"),
    ("a == None", "default(x, None)"),
    ("[None]", "default(x, None)"),
    ("a if b else None", "default(x, None)"),
    ("default(None, 1)", "default(x, None)"),
    ("known(None)", "default(x, None)"),
    ("like(a, b)", "in quotes"),
    ("matches(a, 'x' + 'y')", "in quotes"),
    ("matches(a, 1)", "in quotes"),
    ("visits(a)", "in quotes"),
    ("duration(a)", "in quotes"),
    ("matches(a, '(')", "not a pattern"),
    (f"matches(a, '{'x' * 201}')", "at most 200"),
    (f"like(a, '{'x' * 201}')", "at most 200"),
    ("matches(a, '(?=x)')", "not a pattern"),
    ("matches(a, '((((x{100}){100}){100}){100})')", "not a pattern"),
    ("date('2026-02-30')", "calendar"),
    ("time('9')", "not a time"),
    ("duration('5')", "write 5s or 5m"),
]


@pytest.mark.parametrize("text", ACCEPTED)
def test_what_the_language_has_is_read(text: str) -> None:
    assert parse(text).text == text.rstrip()


@pytest.mark.parametrize(("text", "remedy"), REFUSED)
def test_everything_else_is_refused_with_a_remedy(text: str, remedy: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        parse(text)
    assert caught.value.code == "F301"
    assert remedy in str(caught.value)
    assert 0 <= caught.value.offset <= len(text)
    assert caught.value.length >= 1


def test_the_message_shows_the_expression_and_the_remedy() -> None:
    with pytest.raises(ExpressionError) as caught:
        parse("vip ? 9 : 5")
    assert str(caught.value) == 'not an expression: "vip ? 9 : 5"; write 9 if vip else 5'
    assert caught.value.offset == 4


@pytest.mark.parametrize(
    ("text", "offset", "length"),
    [
        ("'ışıklı' == a[0]", 12, 4),
        ("'𝐚𝐛' == Age", 8, 3),
        ("  'ğ' + lenn(x)", 8, 4),
        ("'ü' == 'ö' 'ç'", 11, 3),
        ("'ü' +", 4, 1),
    ],
)
def test_places_count_characters_not_bytes(text: str, offset: int, length: int) -> None:
    with pytest.raises(ExpressionError) as caught:
        parse(text)
    assert caught.value.offset in {offset, len(text) - 1}
    assert caught.value.length == length


def test_a_call_with_a_wrong_number_of_values_is_f205() -> None:
    for text, told in (
        ("luhn(card, 1)", "luhn takes 1 value, got 2"),
        ("len()", "len takes 1 value, got 0"),
        ("default(a)", "default takes 2 values, got 1"),
        ("min(a)", "min takes 2 to 20 values, got 1"),
        ("round(a, 1, 2)", "round takes 1 to 2 values, got 3"),
    ):
        with pytest.raises(ExpressionError, match=told) as caught:
            parse(text)
        assert caught.value.code == "F205"


def test_numbers_are_read_from_their_source() -> None:
    for text in ("0.1", "0.30", "123456789012345.123456789012345", "0", "0.0", "9007199254740993"):
        if len(text) == 16 and "." not in text:
            continue
        node = read(text)
        assert isinstance(node, Literal)
        assert node.value == Decimal(text)
        assert str(node.value) == text


def test_true_and_false_are_read_in_both_spellings() -> None:
    for text, value in (("true", True), ("True", True), ("false", False), ("False", False)):
        node = read(text)
        assert isinstance(node, Literal)
        assert node.value is value
    assert isinstance(read("truth"), Name)


def test_size_is_bounded_before_anything_is_parsed() -> None:
    assert parse("'" + "x" * 498 + "'") is not None
    for text in ("'" + "x" * 499 + "'", "not " * 200_000 + "a", "(" * 501, "[" * 10_000_000):
        with pytest.raises(ExpressionError, match="at most 500 characters"):
            parse(text)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("not " * 124 + "a", "16 levels"),
        ("-" * 499 + "1", "16 levels"),
        ("1" + "+1" * 16, "16 levels"),
        ("(" * 249 + "1" + ")" * 249, "brackets"),
        ("[" * 249 + "]" * 249, "brackets"),
        ("[" * 17 + "]" * 17, "16 levels"),
        ("len(" * 20 + "a" + ")" * 20, "16 levels"),
        ("[" + "1," * 201 + "]", "200 parts"),
        ("a" + " if a else a" * 30, "16 levels"),
    ],
)
def test_depth_and_number_of_parts_are_bounded(text: str, told: str) -> None:
    with pytest.raises(ExpressionError, match=told):
        parse(text)


def test_the_deepest_and_widest_expressions_are_read() -> None:
    assert parse("1" + "+1" * (MAX_DEPTH - 1)) is not None
    assert parse("[" + "1," * 198 + "1]") is not None
    assert parse("a" + ".b" * 100) is not None
    assert parse("(" * 60 + "1" + ")" * 60) is not None


PIECES = st.sampled_from(
    [
        *("a", "b", "customer.vip", "call.ani", "1", "0", "2.5", "1e3", "0x1F", "'x'", '"', "'"),
        *("and", "or", "not", "in", "is", "if", "else", "True", "none", "None", "lambda", "for"),
        *("(", ")", "[", "]", "{", "}", ",", ".", ":", ":=", "==", "!=", "<", ">=", "=", "#"),
        *("+", "-", "*", "**", "/", "//", "%", "&", "|", "^", "~", "!", "?", "@", "\\", "..."),
        *("len(", "default(", "known(", "matches(a,", "date(", "f'", "b'", "'''", "_", "__"),
        *("ğ", "İ", "\u0307", "𝐚", "\t", "\n", "\0", "\ud800", ")", "("),
    ]
)


def refusal(text: str) -> ExpressionError | None:
    """The error of a text that is refused."""
    try:
        parse(text)
    except ExpressionError as error:
        return error
    return None


@settings(max_examples=400, deadline=None)
@given(
    st.one_of(
        st.text(max_size=60),
        st.lists(PIECES, max_size=25).map(" ".join),
        st.lists(PIECES, max_size=30).map("".join),
    )
)
def test_garbage_is_refused_and_nothing_else_happens(text: str) -> None:
    error = refusal(text)
    if error is not None:
        assert error.code in {"F301", "F205"}
        assert 0 <= error.offset <= len(text)
        assert error.message
