"""What is shown to whoever writes a survey is what callers will hear and be sent."""

from __future__ import annotations

from ivr.domain.texting.segments import plain
from ivr.surveys.preview import spoken, written
from tests.surveys.files.house import changed, loaded

CHOICE = """  product:
    type: choice
    keys: {"1": modem, "2": tv}
    say: {tr: "Hangisi?", en: "Which one?"}
  solved:
    type: yesno
    say: {tr: "Oldu mu?", en: "Was it solved?"}
  years:
    type: number
    low: 0
    high: 99
    say: {tr: "Kaç yıl?", en: "How many years?"}
thanks:
"""


def test_a_call_is_shown_sentence_by_sentence_with_its_keys() -> None:
    found = spoken(loaded(), "en")
    assert [(each.name, each.keys) for each in found] == [
        ("offer", "9 = never again, any other key skips it"),
        ("csat", "1 to 5"),
        ("nps", "0 to 10"),
        ("thanks", ""),
        ("opted_out", ""),
    ]
    assert found[1].text == loaded().questions["csat"].say["en"]


def test_each_kind_of_question_tells_its_keys() -> None:
    text = changed("thanks:\n", CHOICE).replace("    on: [sms, web] ", "    on: [voice, sms] ")
    keys = {each.name: each.keys for each in spoken(loaded(text), "tr")}
    assert keys["product"] == "1 = modem, 2 = tv"
    assert keys["solved"] == "1 = yes, 2 = no"
    assert keys["years"] == "0 to 99, # ends"
    assert keys["comment"] == "speaks after the tone, 60 s at most, # ends"
    no_key = changed('  opt_out_key: "9"\n', "")
    assert spoken(loaded(no_key), "tr")[0].keys == "any key skips it"


def test_texts_are_counted_as_they_are_charged() -> None:
    found = written(loaded(), "tr")
    first = found[0]
    assert (first.name, first.counted.parts, first.counted.alphabet) == ("csat", 2, "ucs2")
    assert (first.counted.letters, first.offender) == (len(first.text), "ş")
    assert [(each.name, each.again) for each in found] == [
        ("csat", False), ("csat", True), ("nps", False), ("nps", True), ("comment", False),
        ("thanks", False), ("opted_out", False),
    ]  # fmt: skip
    assert found[4].only.startswith("default(answers.csat, 5) <= 2")


def test_a_plan_in_plain_letters_is_counted_in_them() -> None:
    dear, cheap = written(loaded(), "tr")[0], written(loaded(), "tr", plain_letters=True)[0]
    assert cheap.text == plain(dear.text)
    assert (cheap.counted.parts, cheap.counted.alphabet, cheap.offender) == (1, "gsm7", "")
