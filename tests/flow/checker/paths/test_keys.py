"""Keys that hide or begin each other, and words that mean two keys."""

from __future__ import annotations

import pytest

from tests.flow.checker.paths.cases import said

TOP = 'always: {"0": {go: out, words: {tr: [Temsilci]}}}\nnodes:\n  start:\n'
OUT = "      giveup: out\n  out:\n    - hangup\n"
PROMPT = 'ask: {tr: "Lütfen 1, 2, 3, 4, 5, 6, 7, 12."}\n'


def _menu(keys: str, more: str = "") -> list[str]:
    body = f"{TOP}    - menu: ask\n      keys:\n{keys}{more}{OUT}"
    return [line for line in said(body, PROMPT) if "F40" in line and "F404" not in line
            and "F405" not in line]  # fmt: skip


def test_a_key_hides_an_always_key() -> None:
    assert _menu('        "0": out\n') == ["10:9 F401 key 0 hides the always-key 0"]
    assert _menu('        "0": out\n', "      always: false\n") == []


def test_a_key_begins_another() -> None:
    hint = 'write "between" on this menu or change a key'
    keys = '        "1": out\n        "12": out\n'
    assert _menu(keys) == [f"11:9 F402 key 1 begins key 12; {hint}"]
    assert _menu(keys, "      between: 3s\n") == []
    assert _menu('        "12": out\n        "1": out\n')[0][:10] == "11:9 F402 "
    assert _menu('        "01": out\n') == [f"10:9 F402 key 0 begins key 01; {hint}"]


def test_a_key_begins_an_entry() -> None:
    body = (
        f"vars: {{ext: digits?}}\n{TOP}    - menu: ask\n      keys: {{'1': out, '2': out}}\n"
        f"      entry: {{digits: 3, into: ext, go: out}}\n{OUT}"
    )
    found = [line for line in said(body, PROMPT) if "F402" in line]
    assert [line[:50] for line in found] == ["11:7 F402 warning keys 1, 2, 0 begin an entry of t"]


@pytest.mark.parametrize(
    ("second", "message"),
    [
        ("Kart", None),
        ("KREDİ", '11:37 F403 "KREDİ" (key 2) and "kredi" (key 1) are one word in tr'),
        ("kredı ", '11:37 F403 "kredı " (key 2) and "kredi" (key 1) are one word in tr'),
        ("temsilcı", '11:37 F403 "temsilcı" (key 2) and "Temsilci" (key 0) are one word in tr'),
    ],
)
def test_words_are_compared_folded(second: str, message: str | None) -> None:
    words = '        "{}": {{go: out, words: {{tr: ["{}"]}}}}\n'
    found = _menu(words.format("1", "kredi") + words.format("2", second))
    assert found == ([message] if message else [])


def test_the_same_word_twice_for_one_key_is_no_matter() -> None:
    assert _menu('        "1": {go: out, words: {tr: [kredi, KREDİ]}}\n') == []


def test_words_of_always_keys_are_compared_too() -> None:
    top = TOP.replace("[Temsilci]}}}", '[bir]}}, "9": {do: language, words: {tr: [Bir]}}}')
    body = f"{top}    - menu: ask\n      keys: {{'1': out}}\n{OUT}"
    assert [line[:26] for line in said(body, PROMPT) if "F403" in line] == [
        '5:46 F403 "Bir" (key 9) an'
    ]


def test_callers_remember_five_keys() -> None:
    keys = "".join(f'        "{key}": out\n' for key in "1234567")
    message = "the menu has 7 keys; callers remember 5"
    assert _menu(keys) == [f"8:7 F406 warning {message}"]
    assert _menu(keys[: 5 * 17]) == []


def test_an_end_key_is_no_key() -> None:
    found = _menu('        "#": out\n', '      end_key: "#"\n')
    assert found == []  # F41x is not F40x
    body = f"{TOP}    - menu: ask\n      keys: {{'#': out}}\n      end_key: \"#\"\n{OUT}"
    assert [line for line in said(body, PROMPT) if "F411" in line] == [
        "10:16 F411 end key # is also a key of this menu"
    ]
