"""Every field of `expect` is checked for names and values before anything is played."""

from __future__ import annotations

import pytest

from tests.flow.cases.scene import call, case_file, told


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("{que: desk}", '6:14 T102 error expect has no field "que"; did you mean "queue"?'),
        ("{queue: desc}", '6:21 T101 error no queue "desc"; did you mean "desk"?'),
        ("{queue: {queue: desc}}", '6:29 T101 error no queue "desc"'),
        ("{queue: {prio: 1}}", '6:22 T102 error expect queue has no field "prio"'),
        ("{priority: high}", '6:24 T103 error expect priority: "high" is not a whole number'),
        ("{pop: x}", "6:19 T103 error expect pop wants a map of name: value"),
        ("{transfer: bos}", '6:24 T101 error no place "bos"; did you mean "boss"?'),
        ("{callback: {queue: nix}}", '6:32 T101 error no queue "nix"'),
        ("{survey: nps}", '6:22 T101 error no survey "nps"'),
        ("{payment: gold}", '6:23 T101 error no payment "gold"'),
        ("{ticket: {subject: nix}}", '6:32 T101 error no prompt "nix"'),
        ("{ticket: {subjct: subject}}", '6:23 T102 error expect ticket has no field "subjct"'),
        ("{sms: {says: nix}}", '6:26 T101 error no prompt "nix"'),
        ("{tickets: many}", '6:23 T103 error expect tickets: "many" is not a whole number'),
        ("{sms_count: -1}", '6:25 T103 error expect sms_count: "-1" is not a whole number'),
        ("{heard: [welcome, nix]}", '6:31 T101 error no prompt "nix"'),
        ("{not_heard: nix}", '6:25 T101 error no prompt "nix"'),
        ('{says: ""}', "6:20 T103 error expect says is empty"),
        ("{language: de}", '6:24 T101 error no language "de"'),
        ("{outcome: gone}", '6:23 T101 error no outcome "gone"'),
        ("{ended: nicely}", '6:21 T101 error no end "nicely"'),
        ("{path: [hello, helo]}", '6:28 T101 error no node "helo"; did you mean "hello"?'),
        ("{exits: hello.menu.7}", '6:21 T101 error no exit "hello.menu.7"'),
        ("{vars: {moud: x}}", '6:21 T101 error no variable "moud"; did you mean "mood"?'),
        ("{vars: {pin: 1234}}", "6:26 T103 error expect vars.pin is sealed; only none can be"),
        ("{vars: {number: x}}", '6:29 T103 error expect vars.number: "x" is not digits'),
        ("{human_within: 90}", '6:28 T103 error expect human_within: "90" is not a duration'),
    ],
)
def test_mistakes_are_told_where_they_stand(text: str, problem: str) -> None:
    lines = told(call(expect=text))
    assert lines[0].startswith(f"shop.test.yaml:{problem}"), lines


def test_every_field_may_be_absent_or_none() -> None:
    text = "{queue: none, priority: none, pop: none, ticket: none, sms: none, vars: {pin: none}}"
    wishes = case_file(call(expect=text)).cases[0].expect
    assert [wish.name for wish in wishes] == ["queue", "priority", "pop", "ticket", "sms", "vars"]
    assert [(wish.at.line, wish.at.column) for wish in wishes[:2]] == [(6, 14), (6, 27)]
