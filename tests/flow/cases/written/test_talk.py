"""Every step of `talk` as written, and every mistake in one."""

from __future__ import annotations

import pytest

from ivr.flow.cases.model import (
    AgentActs,
    Deed,
    HangsUp,
    Hears,
    Loses,
    Presses,
    Records,
    Restarts,
    Retries,
    Says,
    Silence,
    Switches,
    Waits,
)
from tests.flow.cases.scene import call, case_file, told


@pytest.mark.parametrize(
    ("text", "deed"),
    [
        ("hears: welcome", Hears(("welcome",))),
        ("hears: [welcome, choose]", Hears(("welcome", "choose"))),
        ('presses: "12#"', Presses("12#")),
        ('presses: {keys: "12", after: 2s, gap: 4s}', Presses("12", 2.0, 4.0)),
        ('presses: {keys: "*", during: choose}', Presses("*", during="choose")),
        ("says: kayıp kart", Says("kayıp kart")),
        ("silence: 1 time", Silence(times=1)),
        ("silence: 3 times", Silence(times=3)),
        ("silence: 20s", Silence(seconds=20.0)),
        ("waits: 80s", Waits(80.0)),
        ("records: 12s", Records(12.0)),
        ("hangs_up: true", HangsUp()),
        ("agent: hangs_up", AgentActs("hangs_up")),
        ("agent: {transfers: boss}", AgentActs("transfers", "boss")),
        ("restart: server", Restarts()),
        ("retry: webhook", Retries()),
        ("loses: channel", Loses()),
        ("switch: {emergency: true}", Switches({"switch.emergency": True})),
    ],
)
def test_every_step_is_read(text: str, deed: Deed) -> None:
    (act,) = case_file(call(f"[{{{text}}}]")).cases[0].talk
    assert act.deed == deed
    assert (act.at.line, act.at.column) == (5, 13)


def test_a_step_is_named_as_written() -> None:
    acts = case_file(call('[{presses: "3"}, {hears: [welcome, choose]}]')).cases[0].talk
    assert [act.text for act in acts] == ['presses "3"', "hears welcome, choose"]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("{hears: welcom}", '5:20 T101 error no prompt "welcom"; did you mean "welcome"?'),
        ("{press: 1}", '5:13 T102 error talk has no field "press"'),
        ("{presses: x}", '5:22 T103 error presses: "x" are no keys; write digits, "*" or "#"'),
        ("{presses: {after: 1s}}", '5:22 T102 error presses needs "keys"'),
        ('{presses: {keys: "1", during: nix}}', '5:42 T101 error no prompt "nix"'),
        ('{presses: {keys: "1", gap: 4}}', '5:39 T103 error presses gap: "4" is not a duration'),
        ("{presses: [1]}", "5:22 T103 error presses wants one value, not a list or a map"),
        (
            "{silence: often}",
            '5:22 T103 error silence: "often" is neither "3 times" nor a duration',
        ),
        ("{waits: 5}", '5:20 T103 error waits: "5" is not a duration'),
        ("{hangs_up: false}", "5:23 T103 error hangs_up: write true, or leave the step out"),
        ("{hangs_up: yes}", '5:23 T103 error hangs_up: "yes" is not true or false; write true'),
        ("{agent: sings}", '5:20 T103 error agent: "sings" is none of answers, rejects'),
        ("{agent: {transfers: bos}}", '5:32 T101 error no place "bos"; did you mean "boss"?'),
        ("{restart: phone}", '5:22 T103 error restart: "phone" is none of server'),
        ("{switch: {storm: true}}", '5:22 T101 error no switch "storm"'),
        ("{waits: 5s, says: a}", "5:12 T103 error a step of talk is one thing"),
        ("waits", "5:12 T103 error talk wants a map of name: value"),
    ],
)
def test_mistakes_are_told_where_they_stand(text: str, problem: str) -> None:
    (line,) = told(call(f"[{text}]"))
    assert line.startswith(f"shop.test.yaml:{problem}"), line
