"""Random callers are the same each time, and everything they do can be written into a test."""

from __future__ import annotations

from ivr.domain.call import Prompt, Turn
from ivr.domain.commands import Collect
from ivr.domain.problem import Position
from ivr.flow.cases.fuzzing.callers import Caller, _with_check_digit, caller, text_of
from ivr.flow.cases.model import FuzzPlan, HangsUp, Presses, Says, Silence, Switches, Waits
from ivr.flow.expressions import parse
from tests.flow.cases.scene import call, case_file, shop_world, stage

AT = Position("x", 1, 1)
PLAN = FuzzPlan(10, 7, ("ends",), (), AT)
PIN = Collect(
    turn=Turn(2),
    prompts=(Prompt("pin", "tr", "?", 1.0),),
    language="tr",
    entry_least=4,
    entry_most=4,
    secret=True,
    end_key="#",
)
MENU = Collect(
    turn=Turn(2), prompts=(), language="tr", keys=("1", "2"), words=("evet",), entry_most=0
)


def texts(number: int, listen: Collect | None) -> list[str]:
    """Everything a caller does at the same listen."""
    person, found = Caller(PLAN, number, AT), []
    while (act := person.next_act(listen)) is not None:
        found.append(act.text)
    return found


def test_a_caller_is_the_same_person_each_time() -> None:
    assert texts(3, MENU) == texts(3, MENU)
    assert texts(3, MENU) != texts(4, MENU)


def test_callers_do_all_kinds_of_things() -> None:
    told = "\n".join(text for number in range(80) for text in texts(number, MENU))
    for word in ("presses: ", "silence: ", "says: ", "hangs_up", "waits: ", "switch: "):
        assert word in told


def test_a_short_secret_begins_with_zero() -> None:
    plain = [text for number in range(90) for text in texts(number, PIN) if "during" not in text]
    entries = [text for text in plain if text.startswith('presses: "') and len(text) == 15]
    assert len(entries) > 20
    assert sum(text.startswith('presses: "0') for text in entries) > len(entries) * 0.8


def test_every_step_can_be_read_back_from_a_test_file() -> None:
    deeds = [
        Presses("12#"),
        Presses("1", after_s=1.5, gap_s=3.0, during="choose"),
        Silence(times=2),
        Silence(seconds=5.0),
        Says("evet"),
        Switches({"switch.emergency": True}),
        Waits(7.25),
        HangsUp(),
    ]
    talk = "[" + ", ".join(f"{{{text_of(deed)}}}" for deed in deeds) + "]"  # type: ignore[arg-type]
    read_back = case_file(call(talk)).cases[0].talk
    assert [act.deed for act in read_back] == deeds


def test_what_is_given_varies_from_caller_to_caller() -> None:
    template, bundle = case_file(call()).template, stage().bundle("shop")
    cases = [caller(template, PLAN, number, bundle, shop_world()) for number in range(60)]
    assert cases[5] == caller(template, PLAN, 5, bundle, shop_world())
    results = {lookup.result for case in cases for lookup in case.given.lookups["order"]}
    assert results == {"found", "missing", "failed"}
    assert {case.language for case in cases} == {"", "tr", "en"}
    assert any(case.ani is None for case in cases)
    assert any("switch.emergency" in case.given.facts for case in cases)
    assert any(case.given.facts.get("hours.door.open") is False for case in cases)


def test_a_check_digit_makes_a_card_number_good() -> None:
    class Empty:
        """Reads one value."""

        language, zone, now = "tr", None, None

        def read(self, _path: tuple[str, ...]) -> str:
            return _with_check_digit("4532015112830361")

    assert _with_check_digit("4532015112830361") == "4532015112830366"
    assert parse("luhn(x)").evaluate(Empty()) is True  # type: ignore[arg-type]
