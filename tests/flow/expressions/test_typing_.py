"""The type check: one test per rule, each mistake with its code, its place and its remedy."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from ivr.flow.expressions import Inferred
from ivr.flow.types import Type

Check = Callable[..., Inferred]
Codes = Callable[..., list[str]]


def told(found: Inferred) -> list[tuple[str, str, str, int]]:
    """Problems in short."""
    return [(p.code, p.message, p.hint, p.offset) for p in found.problems]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("age + 1 - 2 * 3 / 4 // 5 % 6", "number"),
        ("-age", "number"),
        ("debt + debt - debt", "money"),
        ("debt * 2", "money"),
        ("2 * debt", "money"),
        ("debt / 2", "money"),
        ("debt / debt", "number"),
        ("-dollars", "money(USD)"),
        ("reason + 'x'", "text"),
        ("entered + entered", "digits"),
        ("entered + reason + call.dnis + call.language", "text"),
        ("now - call.started", "duration"),
        ("now + waited", "datetime"),
        ("waited + now", "datetime"),
        ("now - waited", "datetime"),
        ("waited + waited - waited", "duration"),
        ("waited * 2", "duration"),
        ("0.5 * waited", "duration"),
        ("waited / 2", "duration"),
        ("waited / waited", "number"),
        ("-waited", "duration"),
        ("today - born", "duration"),
        ("flag and not flag or age > 1", "bool"),
        ("debt > 0 and 5 < debt and debt == debt", "bool"),
        ("1 < age <= 5 != 6", "bool"),
        ("age in [1, 2] and reason not in tags", "bool"),
        ("entered in ['1', '2'] and call.language == 'tr'", "bool"),
        ("call.dnis == '+905321112233'", "bool"),
        ("'1' == entered", "bool"),
        ("age in []", "bool"),
        ("[]", "list"),
        ("[1, age]", "list number"),
        ("[call.language, 'x']", "list text"),
        ("9 if flag else 5", "number"),
        ("entered if flag else reason", "text"),
        ("call.dnis if flag else entered", "text"),
        ("default(call.ani, call.id)", "text"),
        ("default(call.ani, call.dnis)", "phone"),
        ("default(call.ani, '+905321112233')", "phone"),
        ("default(call.ani, 'none')", "text"),
        ("default(customer.id, None)", "text?"),
        ("default(call.ani, default(number, None))", "phone?"),
        ("default(number('5'), 0)", "number"),
        ("number(reason)", "number?"),
        ("len(reason)", "number"),
        ("first(entered, 4)", "digits"),
        ("last(call.dnis, 4)", "text"),
        ("lower(entered)", "text"),
        ("text(age) + text(debt) + text(now) + text(waited) + text(flag) + text(born)", "text"),
        ("min(age, 2)", "number"),
        ("max(debt, debt * 2)", "money"),
        ("min(now, call.started)", "datetime"),
        ("abs(-waited)", "duration"),
        ("round(debt, 1)", "money"),
        ("round(age)", "number"),
        ("floor(age)", "number"),
        ("date(now)", "date"),
        ("date('2026-01-01')", "date"),
        ("time(now)", "time"),
        ("time(now) < time('09:00')", "bool"),
        ("duration('2m')", "duration"),
        ("weekday(now) + weekday(born)", "number"),
        ("days_between(born, now)", "number"),
        ("add_days(born, 1)", "date"),
        ("add_days(now, 1)", "datetime"),
        ("hours_between(now, call.started)", "number"),
        ("luhn(card) and iban(reason) and tckn(entered) and vkn(pin)", "bool"),
        ("mask(card)", "text"),
        ("len(pin)", "number"),
        ("visits('main')", "number"),
        ("hash(call.id, 10)", "number"),
        ("like(reason, '05##*') and matches(reason, '[0-9]+')", "bool"),
        ("contains(reason, 'x') and starts_with(reason, 'y') and ends_with(entered, '1')", "bool"),
        ("hours.branch.open and hours.any_name.next_open > now", "bool"),
        ("queues.cards.waiting + queues.cards.agents", "number"),
        ("call.talked or call.test", "bool"),
        ("heard.reason == 'none' and heard.tries > 1", "bool"),
        ("today", "date"),
        ("pin == old_pin and pin != '1234' and card == entered", "bool"),
        ("pin", "sealed digits"),
        ("pin if flag else card", "sealed digits"),
        ("default(card, None)", "sealed digits?"),
    ],
)
def test_what_is_right_has_a_type(check: Check, text: str, kind: str) -> None:
    found = check(text, known=("card",) if not text.startswith("default(card") else ())
    assert told(found) == []
    assert str(found.type).replace("(TRY)", "") == kind


@pytest.mark.parametrize(
    ("text", "code", "message", "hint"),
    [
        ("custmer.vip", "F204", 'no variable "custmer"', 'did you mean "customer"?'),
        ("nothing_like_it", "F204", 'no variable "nothing_like_it"', ""),
        ("customer.vp", "F204", 'customer has no "vp"', 'did you mean "vip"?'),
        ("reason.x", "F204", 'reason has no "x"', ""),
        ("call", "F204", "call is no value by itself", "write call.id"),
        ("call.from_", "F204", 'call has no "from_"', ""),
        ("hours.branch.opn", "F204", 'hours.branch has no "opn"', 'did you mean "open"?'),
        ("visits('mian')", "F201", 'no node "mian"', 'did you mean "main"?'),
        ("contains(reason, 1)", "F302", "contains wants text, this is a number", ""),
        ("luhn(age)", "F302", "luhn wants text, age is a number", ""),
        ("len(tags)", "F302", "len wants text, tags is a list", ""),
        ("abs(reason)", "F302", "abs wants a number, money or a duration, reason is text", ""),
        ("floor(waited)", "F302", "floor wants a number or money, waited is a duration", ""),
        ("date(reason)", "F302", "date wants a datetime or a text in quotes, reason is text", ""),
        ("weekday('x')", "F302", "weekday wants a date or a datetime, this is text", ""),
        ("text(tags)", "F302", "text wants a single value, tags is a list", ""),
        ("hours_between(born, now)", "F302", "hours_between wants a datetime, born is a date", ""),
        ("customer.vip", "F303", "customer may be missing here", "test known(customer) first"),
        ("call.ani", "F303", "call.ani may be missing here", "test known(call.ani) first"),
        ("number(reason) + 1", "F303", "this may be missing here", "put it in default(.., value)"),
        ("reason and flag", "F305", "a condition must be true or false; reason is text", ""),
        ("not age", "F305", "a condition must be true or false; age is a number", ""),
        ("1 if age else 2", "F305", "a condition must be true or false; age is a number", ""),
        ("entered == debt", "F306", "entered is digits, debt is money", ""),
        ("entered == 'abc'", "F306", 'entered is digits, "abc" is not', ""),
        ("entered in ['1', 'b']", "F306", 'entered is digits, "b" is not', ""),
        ("call.language == 'Türkçe'", "F306", 'call.language is a language, "Türkçe" is not', ""),
        ("pin == 'abc'", "F306", 'pin is sealed digits, "abc" is not', ""),
        (
            "entered == reason",
            "F306",
            "entered is digits, reason is text",
            "text(x) makes both text",
        ),
        ("flag == 1", "F306", "flag is true or false, this is a number", ""),
        ("tags == tags", "F306", "a list cannot be compared", "use in"),
        (
            "reason < 'b'",
            "F306",
            "reason is text, which has no order",
            "number(t) makes a number of digits",
        ),
        ("flag > flag", "F306", "flag is true or false, which has no order", ""),
        ("born < now", "F306", "born is a date, now is a datetime", ""),
        (
            "reason in 'abc'",
            "F306",
            "in wants a list, this is text",
            "contains(t, part) looks inside a text",
        ),
        ("age in ['1']", "F306", "age is a number, this is text", ""),
        ("[[1]]", "F306", "a list holds no lists", ""),
        ("[1, 'a']", "F306", "a list of a number does not hold text", ""),
        (
            "1 if flag else 'a'",
            "F306",
            "the two ways give a number and text",
            "both must be of one type",
        ),
        ("default(call.ani, 1)", "F306", "call.ani is a phone number, its default is a number", ""),
        (
            "default(customer.balance, 0)",
            "F306",
            "customer.balance is money, its default is a number",
            "test it with known(..) instead",
        ),
        (
            "age + reason",
            "F306",
            "+ does not take a number and text",
            "text(x) makes text of a number, number(t) a number of text",
        ),
        (
            "reason * 3",
            "F306",
            "* does not take text and a number",
            "text(x) makes text of a number, number(t) a number of text",
        ),
        (
            "reason % 3",
            "F306",
            "% does not take text and a number",
            "text(x) makes text of a number, number(t) a number of text",
        ),
        (
            "debt + 1",
            "F306",
            "+ does not take money and a number",
            "money takes money here; it may be multiplied with or divided by a number",
        ),
        ("debt * debt", "F306", "* does not take money and money", ""),
        (
            "now + 1",
            "F306",
            "+ does not take a datetime and a number",
            "write duration('2h') or add_days(d, n)",
        ),
        (
            "born + waited",
            "F306",
            "+ does not take a date and a duration",
            "add_days(d, n) moves a date",
        ),
        ("-reason", "F306", "- does not take text", ""),
        ("flag + flag", "F306", "+ does not take true or false and true or false", ""),
        ("min(age, debt)", "F306", "min wants one type, not a number and money", ""),
        ("min(age, born)", "F306", "age is a number, born is a date", ""),
        ("debt + dollars", "F307", "money in TRY and money in USD do not mix", ""),
        ("debt == dollars", "F307", "money in TRY and money in USD do not mix", ""),
        ("debt / dollars", "F307", "money in TRY and money in USD do not mix", ""),
        ("max(debt, dollars)", "F307", "money in TRY and money in USD do not mix", ""),
        ("debt if flag else dollars", "F307", "money in TRY and money in USD do not mix", ""),
        ("[debt, dollars]", "F307", "money in TRY and money in USD do not mix", ""),
        (
            "first(pin, 2)",
            "F702",
            'sealed "pin" may not be read by first()',
            "only ==, !=, len, luhn, damm, iban, tckn, vkn and mask may",
        ),
        ("pin if flag else entered", "F702", 'sealed "pin" would be mixed with a plain value', ""),
        ("default(card, entered)", "F702", 'sealed "card" would be mixed with a plain value', ""),
    ],
)
def test_what_is_wrong_is_named(
    check: Check, text: str, code: str, message: str, hint: str
) -> None:
    problems = check(text).problems
    assert [(p.code, p.message, p.hint) for p in problems] == [(code, message, hint)]


def test_a_secret_fits_only_where_secrets_go(check: Check, codes: Codes) -> None:
    assert codes("pin", "sealed digits") == []
    assert codes("pin", "text?") == ["F702"]
    assert codes("entered", "sealed digits") == ["F302"]
    found = check("card", "text?", known=("card",), subject="a ticket")
    assert found.problems[0].message == 'sealed "card" would be written into a ticket'


def test_the_place_has_the_last_word(check: Check, codes: Codes) -> None:
    message = check("reason", "number", subject="priority").problems[0].message
    assert message == "priority wants a number, this is text"
    assert codes("reason", "bool") == ["F305"]
    assert codes("reason", "bool", subject="flag") == ["F302"]
    assert codes("default(call.ani, None)", "phone") == ["F303"]
    assert codes("default(call.ani, None)", "phone?") == []
    assert codes("call.ani", "phone?") == ["F303"]
    assert codes("debt", "money(USD)") == ["F307"]
    assert codes("'12'", "digits") == []
    assert codes("'1a'", "digits") == ["F302"]
    assert codes("['1', '2'] ", "list digits") == []
    assert codes("'1' if flag else '2'", "digits") == []
    assert codes("entered", "text") == []
    assert codes("reason", "digits") == ["F302"]
    assert codes("5", "money") == ["F302"]
    assert codes("[]", "list number") == []
    assert codes("nothing", "number") == ["F204"]


def test_all_mistakes_are_told_at_their_places_and_none_twice(check: Check) -> None:
    found = check("custmer.vip and age > 'x' and not reason and first(nope, 1) == 'a'")
    assert [(p.code, p.offset, p.length) for p in found.problems] == [
        ("F204", 0, 11),
        ("F306", 22, 3),
        ("F305", 34, 6),
        ("F204", 51, 4),
    ]


def test_a_missing_value_tells_its_path(check: Check) -> None:
    assert check("customer.language").problems[0].path == ("customer",)
    found = check("customer.language", known=("customer",))
    assert found.problems[0].path == ("customer", "language")


@pytest.mark.parametrize(
    "text",
    [
        "known(customer) and customer.vip",
        "not known(customer) or customer.vip",
        "customer.vip if known(customer) else false",
        "false if not known(customer) else customer.vip",
        "known(customer) and (flag or customer.vip)",
        "not (not known(customer) or flag) and customer.vip",
        "known(customer.name) and customer.vip and len(customer.name) > 2",
        "(known(customer) and flag) and customer.vip",
        "(known(customer) if flag else false) and customer.vip",
        "known(customer.language) == flag",
        "default(customer.language, 'tr') == 'tr'",
        "default(customer.id, 'x') == 'x'",
        "known(case) and default(case.id, 'x') == case.number",
    ],
)
def test_a_tested_value_may_be_read(check: Check, text: str) -> None:
    assert told(check(text, "bool")) == []


@pytest.mark.parametrize(
    "text",
    [
        "customer.vip and known(customer)",
        "known(customer) or customer.vip",
        "not known(customer) and customer.vip",
        "customer.vip if flag else known(customer)",
        "customer.vip if not known(customer) else flag",
        "(known(customer) or flag) and customer.vip",
        "(known(customer) if flag else true) and customer.vip",
        "not (known(customer) and flag) or (customer.vip and customer.name == 'x')",
        "(known(customer) == true) and customer.vip",
        "known(case) and customer.vip",
        "default(customer.id, customer.name) == 'x'",
        "known(customer) and customer.name == 'x'",
    ],
)
def test_a_value_not_surely_there_may_not_be_read(codes: Codes, text: str) -> None:
    assert set(codes(text)) == {"F303"}


@pytest.mark.parametrize(
    ("text", "when_true", "when_false"),
    [
        ("known(customer)", {"customer"}, set()),
        ("not known(customer)", set(), {"customer"}),
        ("known(customer.name)", {"customer", "customer.name"}, set()),
        ("known(customer) and known(case)", {"customer", "case"}, set()),
        ("known(customer) or known(case)", set(), set()),
        ("not known(customer) or not known(case)", set(), {"customer", "case"}),
        ("known(customer) and known(case) or known(customer) and flag", {"customer"}, set()),
        ("not known(customer) and flag", set(), set()),
        ("known(customer) if flag else known(customer) and known(case)", {"customer"}, set()),
        ("flag if known(customer) else false", {"customer"}, set()),
        ("known(customer) and not known(case)", {"customer"}, set()),
        ("flag", set(), set()),
    ],
)
def test_facts_follow_from_the_result(
    check: Check, text: str, when_true: set[str], when_false: set[str]
) -> None:
    found = check(text, "bool")
    assert told(found) == []
    assert {".".join(path) for path in found.facts_true} == when_true
    assert {".".join(path) for path in found.facts_false} == when_false


def test_a_known_value_is_a_constant_only_where_it_is_known(check: Check) -> None:
    assert check("known(call.ani)", known=("call.ani",)).constant is True
    assert check("known(customer.name)", known=("customer",)).constant is None


def test_an_unknown_name_hides_nothing_else(check: Check) -> None:
    found = check("default(nope, reason) == 1")
    assert [p.code for p in found.problems] == ["F204"]
    assert check("nope").type == Type("unknown")
