"""The tree of categories: what is handed down, and every mistake at its place."""

from __future__ import annotations

import pytest

from ivr.tickets.checklists import Item
from tests.tickets.catalogue.house import check, loaded, problems

TREE = """
categories:
  billing:
    label: {tr: Fatura, en: Billing}
    team: billing
    queue: general
    set: {kind: complaint}
    reopen_days: 30
    children:
      wrong_amount:
        label: {tr: Hatalı tutar, en: Wrong amount}
        set: {priority: high, severity: major}
        form:
          invoice_no: {type: digits, length: 10, required: true, ask: invoice_number}
          amount: {type: money}
        checklist: ["!Fatura numarası doğrulandı", "İade talebi açıldı"]
        ivr_announceable: true
        children:
          tax: {label: {tr: Vergi, en: Tax}, team: card_desk, set: {priority: low}, active: false}
  other: {label: {tr: Diğer, en: Other}, code: OTH}
"""


def one(settings: str, name: str = "cards") -> str:
    return f"categories: {{{name}: {{label: {{tr: a, en: b}}, {settings}}}}}"


def test_the_tree_is_read_from_the_top() -> None:
    assert list(loaded(TREE).categories) == [
        *("billing", "billing.wrong_amount", "billing.wrong_amount.tax", "other"),
    ]


def test_a_category_has_all_that_is_written() -> None:
    found = loaded(TREE).categories["billing.wrong_amount"]
    assert (found.kind, found.priority, found.severity) == ("complaint", "high", "major")
    assert (found.team, found.queue, found.parent) == ("billing", "general", "billing")
    assert found.labels == {"tr": "Hatalı tutar", "en": "Wrong amount"}
    assert list(found.form.fields) == ["invoice_no", "amount"]
    assert found.checklist == (
        Item("Fatura numarası doğrulandı", mandatory=True),
        Item("İade talebi açıldı"),
    )
    assert found.announceable
    assert found.active


def test_what_a_category_does_not_say_it_has_from_above_but_for_form_and_checklist() -> None:
    found = loaded(TREE).categories["billing.wrong_amount.tax"]
    assert (found.kind, found.priority, found.severity) == ("complaint", "low", "major")
    assert (found.team, found.queue, found.reopen_days) == ("card_desk", "general", 30)
    assert found.announceable
    assert not found.active
    assert found.form.fields == {}
    assert found.checklist == ()


def test_the_code_is_the_path_unless_it_is_written() -> None:
    catalogue = loaded(TREE)
    assert catalogue.categories["billing.wrong_amount"].code == "billing.wrong_amount"
    assert catalogue.category("OTH") is catalogue.categories["other"]
    assert catalogue.category("other") is catalogue.categories["other"]
    assert catalogue.category("nothing") is None


def test_nothing_written_means_a_plain_request_that_is_not_told_by_phone() -> None:
    found = loaded(TREE).categories["other"]
    assert (found.kind, found.priority, found.severity) == ("request", "normal", "minor")
    assert not found.announceable
    assert found.reopen_days == 14


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (one("team: §biling"), 'F920 error no team "biling"; did you mean "billing"?'),
        (one("team: §pilots"), 'F920 error no team "pilots"; there is billing, card_desk'),
        (one("queue: §loans"), 'F920 error no queue "loans"; there is cards, general'),
        (
            "categories: {cards: {label: §{tr: Kart}}}",
            "F922 error cards: label has no en",
        ),
        ("categories: {cards: {label: §Kart}}", None),
        (one("colour: red").replace("colour", "§colour"), None),
        (one("set: {kind: §complain}"), None),
        (one("set: §complaint"), "F103 error set wants a map, as in {kind: complaint}"),
        (one("ivr_announceable: §yes"), None),
        (one("reopen_days: §ten"), None),
        (one("checklist: [§'!']"), None),
        (one("checklist: [a, §'!a']"), 'F921 error item "a" is there already, in line 1'),
        (one("children: §none"), "F103 error a map of category names is wanted here"),
        (one("children: {x: §y}"), 'F103 error category "x" wants a map of settings'),
        (one("", name="§Cards"), None),
        (
            "categories:\n  a: {label: {tr: a, en: b}, code: x1}\n"
            "  b: {label: {tr: a, en: b}, code: §x1}",
            'F921 error code "x1" is there already, in line 2',
        ),
        (
            "categories:\n  a: {label: {tr: a, en: b}, code: b}\n  §b: {label: {tr: a, en: b}}",
            'F921 error code "b" is there already, in line 2',
        ),
    ],
)
def test_a_mistake_is_told_at_its_place(text: str, told: str | None) -> None:
    if told is not None:
        check(told, text)
        return
    (found,) = problems(text.replace("§", ""))
    before = text[: text.index("§")]
    assert found.code in {"F101", "F102", "F103", "F105", "F106"}
    assert found.at.column == len(before.rpartition("\n")[2]) + 1


def test_a_category_without_a_label_is_told() -> None:
    check('F102 error category cards needs "label"', "categories: {cards: §{team: billing}}")


def test_the_tree_has_an_end() -> None:
    text = "{label: {tr: a, en: b}}"
    for _level in range(7):
        text = "{label: {tr: a, en: b}, children: {x: " + text + "}}"
    (found,) = problems("categories: {x: " + text + "}")
    assert found.code == "F005"


def test_mistakes_in_one_category_hide_none_in_the_next() -> None:
    text = """
categories:
  a: {label: {tr: a}, team: pilots, children: {b: {label: {en: b}, queue: loans}}}
  c: {lable: {tr: a, en: b}, set: {priority: higher}, form: {d: {type: tekst}}}
"""
    assert sorted(each.code for each in problems(text)) == [
        *("F101", "F103", "F103", "F920", "F920", "F922", "F922"),
    ]
