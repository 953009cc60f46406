"""Forms as JSON Schema, their version, and what of them a caller is asked."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ivr.tickets.forms import NO_FORM, TYPES, Form, FormField, Question, questions

CHOICES = {"lost": {"tr": "Kayıp", "en": "Lost"}, "stolen": {"tr": "Çalıntı", "en": "Stolen"}}


def form(*fields: FormField) -> Form:
    return Form({each.name: each for each in fields})


@pytest.mark.parametrize(
    ("field", "schema"),
    [
        (FormField("x", "text", most=80), {"type": "string", "maxLength": 80}),
        (
            FormField("x", "digits", length=(10, 10)),
            {"type": "string", "format": "digits", "minLength": 10, "maxLength": 10},
        ),
        (FormField("x", "number"), {"type": "number"}),
        (FormField("x", "integer"), {"type": "integer"}),
        (FormField("x", "money", currency="TRY"), {"type": "integer", "format": "money-TRY"}),
        (FormField("x", "boolean"), {"type": "boolean"}),
        (FormField("x", "date"), {"type": "string", "format": "date"}),
        (FormField("x", "phone"), {"type": "string", "format": "phone"}),
        (FormField("x", "email"), {"type": "string", "format": "email", "maxLength": 254}),
        (
            FormField("x", "enum", choices=CHOICES),
            {"type": "string", "enum": ["lost", "stolen"]},
        ),
    ],
)
def test_each_type_as_json_schema(field: FormField, schema: dict[str, object]) -> None:
    assert form(field).schema["properties"] == {"x": schema}


def test_every_type_has_a_schema() -> None:
    fields = [FormField(f"f_{kind}", kind) for kind in TYPES]
    assert set(form(*fields).schema["properties"]) == {f"f_{kind}" for kind in TYPES}


def test_the_schema_names_what_must_be_there_and_takes_nothing_else() -> None:
    schema = form(FormField("a", "text", required=True), FormField("b", "text")).schema
    assert schema["required"] == ["a"]
    assert schema["additionalProperties"] is False
    assert NO_FORM.schema["properties"] == {}


def test_the_version_follows_the_schema_and_not_the_labels() -> None:
    plain = FormField("a", "text")
    version = form(plain).version
    assert len(version) == 12
    assert form(replace(plain, labels={"tr": "Ad"}, ask="ask_name")).version == version
    assert form(replace(plain, required=True)).version != version
    assert form(replace(plain, most=10)).version != version


def test_a_field_without_a_label_is_called_by_its_name() -> None:
    field = FormField("invoice_no", "digits", labels={"tr": "Fatura no"})
    assert field.label("tr") == "Fatura no"
    assert field.label("en") == "Invoice no"


def test_a_caller_is_asked_for_what_has_a_prompt_and_no_value_yet() -> None:
    whole = form(
        FormField("invoice_no", "digits", length=(10, 10), ask="invoice_number"),
        FormField("how", "enum", choices=CHOICES, ask="ask_how"),
        FormField("day", "date", ask="ask_day"),
        FormField("note", "text"),
    )
    assert questions(whole, {"day": "2026-11-23", "how": None}) == (
        Question("invoice_no", "invoice_number", "digits", (10, 10)),
        Question("how", "ask_how", "enum", keys={"1": "lost", "2": "stolen"}),
    )


@pytest.mark.parametrize("kind", TYPES)
def test_which_types_a_caller_can_give(kind: str) -> None:
    field = FormField("x", kind, choices=CHOICES if kind == "enum" else {})
    assert field.can_be_asked is (kind in {"text", "digits", "number", "date", "enum"})


def test_a_choice_of_ten_has_no_key_for_the_tenth() -> None:
    nine = FormField("x", "enum", choices={f"v{n}": {} for n in range(9)}, ask="p")
    ten = replace(nine, choices={f"v{n}": {} for n in range(10)})
    assert nine.can_be_asked
    assert not ten.can_be_asked
    assert questions(form(ten), {}) == ()
