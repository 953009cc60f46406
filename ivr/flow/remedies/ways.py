"""Codes of ways through a flow: reach, circles, promises and secrets, F601 to F705."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.flow.remedies.code import Code

if TYPE_CHECKING:
    from collections.abc import Mapping

CODES: Mapping[str, Code] = {
    "F601": Code(
        "never reached",
        "No way leads to this node.",
        "Take it out, or lead somewhere to it.",
    ),
    "F602": Code(
        "a trap",
        "From here no way leads to a person, voicemail, callback or goodbye.",
        "Add a way out, at the latest a `hangup`.",
    ),
    "F603": Code(
        "endless",
        "The nodes lead round without input, wait or limit.",
        "Break the circle with a menu, a `when` on visits(), or a hangup.",
    ),
    "F604": Code(
        "human_within is broken",
        "The caller named needs longer than promised to reach a person, by the way shown.",
        "Shorten the prompts on the way, lower `tries`, or promise less.",
    ),
    "F605": Code(
        "stuck_within is broken",
        "From this menu or question the caller named needs longer than promised to reach a person.",
        "Shorten it, lower `tries`, or promise less.",
    ),
    "F606": Code(
        "menu_depth is broken",
        "A menu lies deeper than promised.",
        "Lead to it from a higher menu, or promise less.",
    ),
    "F607": Code(
        "shares that are not 100",
        "The shares of `split` must add up to 100.",
        "Correct the shares.",
    ),
    "F608": Code(
        "a queue that leads back to itself",
        "When it is full a caller goes round for ever.",
        "Lead `full` to voicemail, a callback or another queue.",
    ),
    "F609": Code(
        "agent_key_within is broken",
        "The key that leads to an agent is named later than promised, or never.",
        "Name it earlier, or promise less.",
    ),
    "F610": Code(
        "an exit that no test takes",
        "Nobody has tried this way.",
        "Write a call test that takes it.",
    ),
    "F701": Code(
        "a secret into a plain variable",
        "A secret entry stays hidden only in a variable that is declared sealed.",
        "Declare it: `card: sealed digits?`.",
    ),
    "F702": Code(
        "a secret would get out",
        "A sealed value may not reach a prompt, a text, a ticket, the log or a plain variable.",
        "Use mask(x) where the last four digits are enough.",
    ),
    "F703": Code(
        "a secret in the wrong lookup",
        "A sealed value travels only to an input declared sealed, by POST over https.",
        "Declare the input sealed in a post source.",
    ),
    "F704": Code(
        "never_leaves does not hold",
        "The name is not a sealed variable, or mask() shows a part of it.",
        "Declare it sealed; take the mask() out.",
    ),
    "F705": Code(
        "recording without a notice",
        "People must be told before they are recorded.",
        "Write `notice: prompt` on the step, or under `recording` of the queue.",
    ),
}
