"""Fields of a form: limits that fit their type, and what callers cannot give is not asked."""

from __future__ import annotations

import pytest

from ivr.tickets.forms import FormField
from tests.tickets.catalogue.house import check, loaded

ENUM = "values: {%s}" % ", ".join(f"v{n}: {{tr: a, en: b}}" for n in range(10))  # noqa: UP031


def form(settings: str) -> str:
    return f"categories: {{x: {{label: {{tr: a, en: b}}, form: {{f: {{{settings}}}}}}}}}"


def field(settings: str) -> FormField:
    return loaded(form(settings)).categories["x"].form.fields["f"]


def test_a_field_has_all_that_is_written() -> None:
    found = field("type: digits, length: 9-10, required: true, ask: invoice_number")
    assert found == FormField("f", "digits", True, length=(9, 10), ask="invoice_number")


def test_money_has_the_currency_of_the_house_and_a_choice_its_labels() -> None:
    assert field("type: money").currency == "TRY"
    assert field("type: enum, values: {a: {tr: A, en: B}}").choices == {"a": {"tr": "A", "en": "B"}}
    assert field("type: text, max_length: 80, label: {tr: A, en: B}").most == 80


def test_what_forms_ask_with_is_known() -> None:
    assert loaded(form("type: text, ask: invoice_number")).asked == {"invoice_number"}


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ("type: text, length: §10", "F923 error length is for digits, f is text"),
        ("type: digits, max_length: §10", "F923 error max_length is for text, f is digits"),
        ("type: text, values: §{a: {tr: a, en: b}}", "F923 error values is for enum, f is text"),
        ("type: digits, length: §40", "F923 error a field of digits has 1 to 32 of them"),
        ("type: digits, length: §0-4", "F923 error a field of digits has 1 to 32 of them"),
        ("type: text, max_length: §0", "F923 error a text has 1 to 4000 characters"),
        ("type: text, max_length: §9999", "F923 error a text has 1 to 4000 characters"),
        ("type: digits, length: §9-4", "F408 error digits 9-4: the least is more than the most"),
        (
            "type: money, ask: §invoice_number",
            "F924 error f is money, which no caller can be asked for; "
            "only date, digits, enum, number, text can; take ask out",
        ),
        (
            f"type: enum, {ENUM}, ask: §invoice_number",
            "F924 error f has 10 values; keys are there for 9; take ask out, or some of the values",
        ),
        (
            "type: text, ask: §invoice_numbr",
            'F920 error no prompt "invoice_numbr"; did you mean "invoice_number"?',
        ),
        ("type: text, ask: §only_tr", "F922 error prompt only_tr has no en"),
        ("type: enum, values: {a: §{tr: a}}", "F922 error value a has no en"),
        (
            "type: enum, values: {a: §b}",
            "F103 error value a wants a text for each language, as in {tr: ..., en: ...}",
        ),
        ("type: text, label: {tr: §[a], en: b}", "F103 error one text is wanted for tr"),
    ],
)
def test_a_mistake_is_told_at_its_place(settings: str, told: str) -> None:
    check(told, form(settings))


def test_a_choice_without_values_is_told_at_its_name() -> None:
    text = form("type: enum").replace("{f:", "{§f:")
    check('F923 error f is an enum and needs "values"', text)
