"""Codes of config.yaml and its tables, C100 to C142."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.flow.remedies.code import Code

if TYPE_CHECKING:
    from collections.abc import Mapping

CODES: Mapping[str, Code] = {
    "C100": Code(
        "the configuration cannot be read",
        "The file is not there, or may not be read.",
        "Run ivr in the project's folder, or give --config FILE.",
    ),
    "C101": Code(
        "no such key",
        "The configuration has no key of this name here.",
        "Correct the name; `ivr explain config` lists the keys.",
    ),
    "C102": Code(
        "a key is missing",
        "This part cannot do without the key.",
        "Add the key that the message names.",
    ),
    "C103": Code(
        "a value of the wrong form",
        "An address, number, zone, duration or the like is wanted.",
        "Write it as the message shows.",
    ),
    "C104": Code(
        "list, map or single value",
        "Another kind of thing is wanted here.",
        "Write it as the message shows.",
    ),
    "C105": Code(
        "not a name",
        "Names are a small letter, then small letters, digits and _; some words are taken.",
        "Choose another name, such as lost_cards.",
    ),
    "C106": Code(
        "not true or false",
        "Only `true` and `false` are truth values.",
        "Write true or false.",
    ),
    "C110": Code(
        "a variable that is not set",
        "The value stands in an environment variable, and there is none.",
        "Set it before the start, or write `${env:NAME:default}`.",
    ),
    "C111": Code(
        "a secret's file that cannot be used",
        "It is not there, empty, larger than 64 KB, not UTF-8, or everybody may read it.",
        "Correct the path; chmod o-r FILE.",
    ),
    "C112": Code(
        "a secret in the file",
        "Whoever sees the configuration would have it.",
        "Write `${env:NAME}` or `${file:PATH}`.",
    ),
    "C113": Code(
        "the demo token",
        "Everybody knows it, so anybody could sign a webhook. It works on loopback only.",
        "Set the provider's own token.",
    ),
    "C114": Code(
        "not https",
        "Webhooks over http can be read and changed on their way.",
        "Write the https address in web.public_base.",
    ),
    "C115": Code(
        "not a reference",
        "Only ${env:NAME}, ${env:NAME:default} and ${file:PATH} are filled in.",
        "Correct it.",
    ),
    "C116": Code(
        "a simulator that others can reach",
        "It asks for no login, so anybody who reaches the server could place calls.",
        "Take the trunk out, or let `web.listen` stay on loopback.",
    ),
    "C120": Code(
        "a name that nothing has",
        "The key names a trunk, input, language or provider that is not there.",
        "Correct the name, or add what it names.",
    ),
    "C121": Code(
        "not built yet",
        "The key would have no effect in this version.",
        "Take it out.",
    ),
    "C130": Code(
        "a contradiction",
        "Two keys of this source or place cannot both hold.",
        "Do as the message says.",
    ),
    "C131": Code(
        "the same thing twice",
        "A name, address or row may stand here once.",
        "Take one of them out.",
    ),
    "C132": Code(
        "a SIP trunk lets in everybody or nobody",
        "Whoever reaches an open trunk can call at our cost; one without a way in is useless.",
        "Name the networks in `from:`, let phones log in with `registrar: true`, or write "
        "`open: true` on loopback.",
    ),
    "C133": Code(
        "a trunk of texts that is asked for something else",
        "A gateway sends texts in the alphabets that it has, and takes no calls.",
        "Name another trunk, or write another `alphabet`.",
    ),
    "C140": Code(
        "a table that cannot be read",
        "The file of a table source is missing, or is neither .yaml nor .csv.",
        "Correct the path in `table`.",
    ),
    "C141": Code(
        "no such column",
        "The source names a column that no row has.",
        "Correct the column under `match` or `gives`.",
    ),
    "C142": Code(
        "a row that is wrong",
        "A row has the wrong form, or a value that its type does not take.",
        "Correct the row.",
    ),
}
