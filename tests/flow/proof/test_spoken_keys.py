"""Keys that prompts name, in Turkish and English."""

from __future__ import annotations

import pytest

from ivr.flow.prompt_template import parse_template
from ivr.flow.proof.spoken_keys import spoken_keys
from tests.flow.checker.bank import bank_files
from tests.flow.checker.paths.cases import bundle_of


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("Bakiye için 1'i, kart için 2'yi, kredi için 3'ü tuşlayın.", "123"),
        ("Temsilci için 0, for English press 9.", "09"),
        ("For an agent press 0, Türkçe için 9.", "09"),
        ("Bakiye 1, kart 2, kredi 3, temsilci 0.", "0123"),
        ("1 for balance, 2 for card, 0 for an agent.", "012"),
        ("Ana menü için 1, bitirmek için 2.", "12"),
        ("Main menu 1, finish 2.", "12"),
        ("Press key 4 now", "4"),
        ("Press '4' to go on", "4"),
        ("Satış için “4” tuşuna basın", "4"),
        ("4 tuşuna basın", "4"),
        ("Satış için 4’e basın.", "4"),
        ("press one for sales, or dial two", "12"),
        ("Shall we call you back? Press 1.", "1"),
        ("Satış 1; destek 2!", "12"),
        ("To be called back press 1, to leave a message press 2.", "12"),
    ],
)
def test_keys_are_named(text: str, keys: str) -> None:
    found = spoken_keys(parse_template(text))
    assert sorted(found.named) == sorted(keys)
    assert found.named <= found.mentioned


@pytest.mark.parametrize(
    "text",
    [
        "16 haneli kart numaranızı girin.",
        "Enter your 16 digit card number.",
        "Enter the 4-digit code",
        "Çağrınız 3 dakika sürebilir.",
        "Bekleme süresi 2 dakikadır.",
        "We are open 24 hours, from 9 to 5.",
        "7/24 hizmetinizdeyiz",
        "Saat 09:00 ile 18:00 arasında açığız.",
        "9'dan 18'e kadar açığız.",
        "Ücret 1.500 TL ya da 2,50 lira.",
        "%5 indirim",
        "Bu 3 gün sürer",
        "{call.dnis} numaralı hat",
        "Siz 2 yaşındasınız",
        "Covid-19 destek hattı",
    ],
)
def test_amounts_are_no_keys(text: str) -> None:
    assert spoken_keys(parse_template(text)).named == frozenset()


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("Satış için biri, destek için ikiyi tuşlayın.", "12"),
        ("Tekrar için yıldıza, bitirmek için kareye basın.", "*#"),
        ("Press star to repeat, or pound to finish.", "*#"),
        ("1 ya da 2", "12"),
        ("[Kredi için 3, ]bakiye için 1", "13"),
    ],
)
def test_words_and_bare_digits_are_mentions(text: str, keys: str) -> None:
    assert sorted(spoken_keys(parse_template(text)).mentioned) == sorted(keys)


def test_words_without_a_verb_of_pressing_are_words() -> None:
    found = spoken_keys(parse_template("Biri sizi arayacak, one moment, bir yıldız daha."))
    assert found.mentioned == frozenset()


def test_a_value_is_never_a_key() -> None:
    found = spoken_keys(parse_template("Sıranız {queue.position|number}, press {call.dnis}"))
    assert found.mentioned == frozenset()


def test_the_example_names_no_more_than_its_keys() -> None:
    prompts = bundle_of(bank_files(), "bank").root.prompts
    for language in ("tr", "en"):
        assert sorted(spoken_keys(prompts["main_menu"][language].template).named) == list("01239")
        assert spoken_keys(prompts["card_number"][language].template).named == frozenset()
        assert spoken_keys(prompts["card_again"][language].template).named == frozenset()
