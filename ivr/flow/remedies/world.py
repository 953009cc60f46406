"""Codes of hours, places and channels, F801 to F911."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.flow.remedies.code import Code

if TYPE_CHECKING:
    from collections.abc import Mapping

CODES: Mapping[str, Code] = {
    "F801": Code(
        "hours that never open",
        "The calendar has no open minute in the next 400 days.",
        "Correct `open`, or the exceptions.",
    ),
    "F802": Code(
        "no such holidays",
        "There is no calendar of public holidays of this name.",
        "Write a country, as in TR.",
    ),
    "F803": Code(
        "a place without a number",
        "The place has no number for a language of the configuration.",
        "Add the number for this language.",
    ),
    "F805": Code(
        "no rescue",
        "A fault would end the call with the built-in apology.",
        "Write `rescue: {error: NODE}`.",
    ),
    "F901": Code(
        "one timer for both",
        "The channel cannot tell the wait for the first key from that between keys; the longer "
        "one is used for both.",
        "Nothing, if callers can live with it; or write `between` as long as `first`.",
    ),
    "F902": Code(
        "keys pressed early are lost",
        "The channel drops keys pressed before the menu begins.",
        "Nothing, or keep what comes before the menu short.",
    ),
    "F903": Code(
        "barge_in is not proven",
        "Nobody has shown that this channel plays a prompt whole when told to.",
        "Try it by hand before you rely on it.",
    ),
    "F904": Code(
        "the channel cannot do this",
        "The step needs something that the trunk does not have.",
        "Use another trunk, or another verb.",
    ),
    "F905": Code(
        "the channel hears no words",
        "Words of the menu are ignored in this language; keys work.",
        "Nothing, or use a trunk with speech.",
    ),
    "F906": Code(
        "a secret could be recorded",
        "The trunk cannot pause recording while a secret is keyed.",
        "Do not record on this trunk, or do not ask for secrets.",
    ),
    "F907": Code(
        "a long document",
        "The webhook answer may be longer than the provider takes.",
        "Split what is said over more nodes.",
    ),
    "F908": Code(
        "calls end at a restart",
        "Calls on this trunk do not survive a restart of the server.",
        "Restart after the last call (SIGTERM waits for it).",
    ),
    "F909": Code(
        "the provider keeps keyed digits",
        "Its own logs show what callers key, unless the account hides it.",
        "Switch PCI mode on at the provider, then write `pci_mode: true`.",
    ),
    "F910": Code(
        "the trunk rings nobody up",
        "A step that connects the caller to somebody takes its exit for a failure there.",
        "Let the number come in on a `sip` trunk, or see that this exit leads on well.",
    ),
    "F911": Code(
        "the trunk takes no messages",
        "A caller who is to leave a message goes on there as if he had said nothing.",
        "Let the number come in on a `sip` trunk, or lead `empty` to something that helps him.",
    ),
    "F912": Code(
        "the trunk records no calls",
        "The call goes on there without the notice, and nothing of it is kept.",
        "Let the number come in on a `sip` trunk, or do not count on a recording.",
    ),
}
