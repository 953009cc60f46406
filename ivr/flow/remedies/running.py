"""Codes of flow tests (T) and of faults while a call runs (E)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.flow.remedies.code import Code

if TYPE_CHECKING:
    from collections.abc import Mapping

CODES: Mapping[str, Code] = {
    "T101": Code(
        "no such name in a test",
        "The test names a prompt, node, queue or flow that is not there.",
        "Correct the name.",
    ),
    "T102": Code(
        "no such field in a test",
        "The test has a field that tests do not have, or lacks one that it needs.",
        "Correct the field.",
    ),
    "T103": Code(
        "a wrong value in a test",
        "The value is not of the form or type that is wanted.",
        "Correct the value.",
    ),
    "T201": Code(
        "the call went another way",
        "What happened is not what the test expects; the conversation is printed up to there.",
        "Correct the flow, or the test.",
    ),
    "T202": Code(
        "the talk was not used up",
        "The call ended, or waited for something else, before this line of the test.",
        "Correct the flow, or the test.",
    ),
    "T203": Code(
        "a random caller broke a promise",
        "The call of this caller breaks what the flow promises.",
        "Play it again with --caller NUMBER.",
    ),
    "T204": Code(
        "too few exits taken",
        "The tests take a smaller share of the exits than `cover` asks for.",
        "Write tests for the exits listed.",
    ),
    "T205": Code(
        "a test of something not built yet",
        "The test needs a verb that this server cannot carry out.",
        "Test what the flow does meanwhile, or leave the test out.",
    ),
    "T206": Code(
        "the channel of a test is not there",
        "This server has no such channel for tests, or it cannot do what the test asks.",
        "Use a channel that the message lists.",
    ),
    "E201": Code(
        "division by zero",
        "An expression divided by zero; the call went to rescue.error.",
        "Guard the division: `x / n if n > 0 else 0`.",
    ),
    "E202": Code(
        "out of range",
        "A number has more than 15 digits, or a date lies beyond the calendar.",
        "Guard the calculation.",
    ),
    "E203": Code(
        "a text that is too long",
        "A text grew over 10,000 characters.",
        "Do not join texts in a circle.",
    ),
    "E204": Code(
        "too many steps without a question",
        "More than 200 steps ran between two questions.",
        "Look for nodes that lead round; report it, since the checker should have found it.",
    ),
    "E205": Code(
        "the channel failed",
        "The provider or the line could not do what was asked.",
        "Look at the log line of the call; the reason stands beside it.",
    ),
    "E206": Code(
        "a prompt that could not be made",
        "A value could not be said in the call's language.",
        "Look at the log line of the call; check the prompt's formats.",
    ),
    "E207": Code(
        "no way on",
        "A step ended in a way that leads nowhere; the checker should have found it.",
        "Run `ivr check`; if it finds nothing, report it with the log line of the call.",
    ),
}
