"""Codes of the files in `flows/tickets/`, F920 to F929."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.flow.remedies.code import Code

if TYPE_CHECKING:
    from collections.abc import Mapping

CODES: Mapping[str, Code] = {
    "F920": Code(
        "the tickets name what is not there",
        "No such team, queue, calendar, prompt, category, product or recipient. Teams are those of "
        "the queues in config.yaml and those under `teams` in catalogue.yaml.",
        "Correct the name, or add what it names.",
    ),
    "F921": Code(
        "one code for two things",
        "Codes of categories and products, items of a checklist and notices may stand once, or "
        "nobody could say which one is meant.",
        "Give one of them another code; the message names the line of the first.",
    ),
    "F922": Code(
        "a label without one of the languages",
        "Agents and customers read labels in every language of config.yaml.",
        "Write the text in the language that is named.",
    ),
    "F923": Code(
        "a limit that its field cannot have",
        "`length` is for digits, `max_length` for text, `values` for enum, each within bounds.",
        "Take the key out, or correct type or limit.",
    ),
    "F924": Code(
        "callers cannot be asked for this",
        "By phone one can give text, digits, a number, a date, or one of at most 9 values.",
        "Take `ask` out; agents and the web form still ask for the field.",
    ),
    "F925": Code(
        "a status or team against the rules",
        "The statuses that every house has keep their type and stay in use, and no team stands "
        "above itself.",
        "Add a status of your own instead, or correct `parent`.",
    ),
    "F926": Code(
        "a promise or rule without effect",
        "The policy promises nothing, escalates what it does not promise, or has a rule that can "
        "never do anything.",
        "Write a target for it, write what the rule does, or take it out.",
    ),
    "F927": Code(
        "a category that tickets still have",
        "Tickets, reports and forms would lose what they are about.",
        "Keep it and set active: false, or write its old path as the `code` of the new one.",
    ),
    "F928": Code(
        "a file of tickets that nobody reads",
        "In flows/tickets/ only catalogue.yaml, sla.yaml and templates.yaml are read.",
        "Correct the name of the file, or move it elsewhere.",
    ),
    "F929": Code(
        "a way to tell people that is not built yet",
        "Escalations are shown on the desk and told to receivers of webhooks; e-mail, SMS and "
        "calls to our own people are not sent.",
        "Write desk or webhook.",
    ),
}
