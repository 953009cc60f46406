"""Codes of menus, entries and prompts, F401 to F511."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.flow.remedies.code import Code

if TYPE_CHECKING:
    from collections.abc import Mapping

CODES: Mapping[str, Code] = {
    "F401": Code(
        "a key that is taken",
        "An always-key works in every menu, so a menu may not give it another meaning.",
        "Change the key, or write `always: false` on the menu.",
    ),
    "F402": Code(
        "a key that begins another",
        "After the shorter key the server must wait for the longer one, and callers hear silence.",
        "Write `between` on this menu, or change a key.",
    ),
    "F403": Code(
        "one word for two keys",
        "After folding case and accents both keys answer to the same word.",
        "Change the word of one key.",
    ),
    "F404": Code(
        "a key that is not spoken",
        "The menu has a key that its prompt never names in this language.",
        "Name the key in the prompt, or take the key out.",
    ),
    "F405": Code(
        "a spoken key that is not there",
        "The prompt names a key that the menu does not have in any of its always-keys either.",
        "Correct the prompt, or add the key.",
    ),
    "F406": Code(
        "many keys",
        "Callers keep about five choices in mind.",
        "Split the menu in two.",
    ),
    "F407": Code(
        "a wait for every caller",
        "An entry of variable length without an end key makes everybody wait `between` at its end.",
        'Write `end_key: "#"` and say it in the prompt.',
    ),
    "F408": Code(
        "a range that ends before it begins",
        "The least is more than the most.",
        "Write the smaller number first: 4-16.",
    ),
    "F409": Code(
        "too many or too few tries",
        "A caller may try 1 to 5 times.",
        "Write tries from 1 to 5.",
    ),
    "F410": Code(
        "a secret that can be guessed",
        "The way back to this question has no limit, so a PIN could be tried for ever.",
        "Bound it: `when: - visits('node') >= 3: elsewhere`.",
    ),
    "F411": Code(
        "an end key that is also a choice",
        "The key would both end the entry and choose.",
        "Use another end key, or another choice.",
    ),
    "F412": Code(
        "silence during a lookup",
        "The lookup may take longer than callers take silence for a live line.",
        "Add `meanwhile: prompt`, or shorten `limit`.",
    ),
    "F413": Code(
        "a message that could be too long",
        "Not every provider records one call for longer than nine minutes, and nobody listens.",
        "Write `longest: 9m` at most; two or three minutes are usual.",
    ),
    "F501": Code(
        "no such prompt",
        "No file of prompts has this name.",
        "Add it to prompts.yaml or FLOW.prompts.yaml, or correct the name.",
    ),
    "F502": Code(
        "a language without text",
        "The flow speaks this language, the prompt does not.",
        "Add the text in this language.",
    ),
    "F503": Code(
        "languages that differ in their values",
        "A value is said in one language and not in the other.",
        "Use the same `{values}` in every language.",
    ),
    "F504": Code(
        "a format that does not fit",
        "The format cannot say a value of this type.",
        "Use a format for the type; see the formats in the README.",
    ),
    "F505": Code(
        "a long prompt",
        "Nobody listens for so long.",
        "Shorten the prompt, or split it.",
    ),
    "F506": Code(
        "a prompt that nobody says",
        "No step of any flow says it.",
        "Take it out, or use it.",
    ),
    "F507": Code(
        "a bracket that is not closed",
        "`[ ]` leaves out what is missing, `{ }` holds a value; both have an end, and `[ ]` one "
        "level.",
        "Close it; double it ({{ or [[) to say it.",
    ),
    "F508": Code(
        "a value that may be missing in a prompt",
        "On some way to the step that says it there is no value.",
        "Put the part in `[ ]`, or guard the step.",
    ),
    "F509": Code(
        "a sound file that cannot be used",
        "Sound is WAV, mono, 8, 16, 24 or 48 kHz, as 16-bit PCM, A-law or mu-law.",
        "Convert the file; the message says what it is.",
    ),
    "F510": Code(
        "more than one text message",
        "The written form is longer than one SMS, or a letter such as ı forces short ones.",
        "Shorten it, if the price matters.",
    ),
    "F511": Code(
        "a recording far too loud or too soft",
        "Prompts are brought to one level; this file is so far from it that its noise or its "
        "clipping will be heard.",
        "Record it again, at about -23 dBFS where somebody speaks.",
    ),
}
