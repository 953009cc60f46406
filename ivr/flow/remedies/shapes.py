"""Codes of the form of flows: fields, steps and names, F101 to F190."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.flow.remedies.code import Code

if TYPE_CHECKING:
    from collections.abc import Mapping

CODES: Mapping[str, Code] = {
    "F101": Code(
        "no such field",
        "The step, section or file has no field of this name.",
        "Correct the name; `ivr explain VERB` lists the fields.",
    ),
    "F102": Code(
        "a field is missing",
        "The step or section cannot do without this field.",
        "Add the field that the message names.",
    ),
    "F103": Code(
        "a value of the wrong form",
        "A duration, number, time, date, language, list or map is wanted here.",
        "Write it as the message shows: 6s, 1m30s, 09:00, 2026-11-23.",
    ),
    "F104": Code(
        "not one verb",
        "A step begins with its one verb; here is none, or more than one.",
        "Begin each step with `- verb: value`, one step for each verb.",
    ),
    "F105": Code(
        "not a name",
        "Names are a small letter, then small letters, digits and _, 40 at most.",
        "Rename it: `lost_card`.",
    ),
    "F106": Code(
        "not true or false",
        "Only `true` and `false` are truth values; `yes`, `no`, `on`, `off` are plain text.",
        "Write true or false.",
    ),
    "F107": Code(
        "an exit that must be written",
        "What happens then must not be left to chance, so the step says where this exit leads.",
        "Add the exit with a node: `nobody: message`.",
    ),
    "F108": Code(
        "no such exit",
        "The verb, source or sub-flow cannot end in this way.",
        "Use one of the exits that the message lists.",
    ),
    "F109": Code(
        "a step that never runs",
        "The step before always leads on to another node.",
        "Take the step out, or move it before the one that leads on.",
    ),
    "F110": Code(
        "a node without a way on",
        "No node falls into the next one, so a caller would be left in silence.",
        "End the node with go, menu, queue, transfer, voicemail, split, hangup or a when with "
        "else.",
    ),
    "F111": Code(
        "speech after the caller has gone",
        "Nodes reached from `rescue.hangup` run without a caller; nobody would hear this.",
        "Use set, when, go, fetch, ticket, sms, survey, outcome or run only.",
    ),
    "F112": Code(
        "a version of the language that is not known",
        "The file was written for a newer server.",
        "Write `version: 1`, or upgrade the server.",
    ),
    "F113": Code(
        "flow and file differ",
        "A flow is found by its file, so both have one name.",
        "Rename the file, or write its name after `flow:`.",
    ),
    "F114": Code(
        "not while waiting in a queue",
        "A flow that callers walk while they wait keeps their place, so nothing in it may connect "
        "them elsewhere or hang up; and it is given nothing but what the queue says of them.",
        "Lead out of the queue by an exit of that flow, named under `wait`.",
    ),
    "F115": Code(
        "unbroken without effect",
        "A waiting caller can be kept from agents only while a step of the `wait.flow` of a queue "
        "waits for him; a `say` is heard together with the step after it.",
        "Write it at the `menu`, `ask` or `run` that must not be broken, or take it out.",
    ),
    "F116": Code(
        "a queue that cannot know anybody again by a PIN",
        "`rejoin` of the queue takes a customer for the one of before if `pop` of the step names "
        "him, in the variable that `customer` says, and `pin_ok` is true there.",
        "Give both: `pop: {customer_no: =customer.id, pin_ok: =pin_right}`; pin_ok only after the "
        "PIN was checked.",
    ),
    "F121": Code(
        "not built yet",
        "The flow is right, but this server cannot carry the step out: the call takes the exit "
        "that the message names.",
        "Make sure that the exit leads to something callers can use.",
    ),
    "F190": Code(
        "a silenced warning that is not there",
        "`# ok CODE: reason` silences a warning of its own line, and needs the reason.",
        "Take the comment out, or write the reason.",
    ),
}
