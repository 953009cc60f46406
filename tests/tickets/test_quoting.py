"""What is shown of an answer."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.tickets.quoting import new_text

ENGLISH = "Thanks.\n\nOn Mon, 23 Nov 2026 at 10:00, Help <help@x.example> wrote:\n> Hello\n> Bye\n"
TURKISH = (
    "Teşekkürler.\n\nDestek <destek@x.example>, 23 Kas 2026 Pzt, 10:00 tarihinde şunu yazdı:\n\n"
    "> Merhaba\n>\n> İyi günler\n"
)
WRAPPED = "Tamam\n\n23 Kas 2026 Pzt 10:00 tarihinde Destek\n<destek@x.example> şunu\nyazdı:\n> a\n"
OUTLOOK = (
    "Tamam.\n\n-----Özgün İleti-----\nFrom: Destek\nSent: Monday\nTo: Ayşe\nSubject: x\n\nMerhaba"
)
RULE = "Ok\n________________\nKimden: Destek\nGönderildi: Pzt\nKime: Ayşe\nKonu: x\n\nM"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (ENGLISH, "Thanks."),
        (TURKISH, "Teşekkürler."),
        (WRAPPED, "Tamam"),
        (OUTLOOK, "Tamam."),
        (OUTLOOK.replace("Özgün İleti", "ÖZGÜN İLETİ"), "Tamam."),
        (RULE, "Ok"),
        ("Yes\n> quoted\n\n", "Yes"),
        ("> quoted\nYes, below", "> quoted\nYes, below"),
        ("> a?\nyes\n> b?\nno", "> a?\nyes\n> b?\nno"),
        ("> only quoted\n", "> only quoted"),
        ("From: here it begins\nand goes on", "From: here it begins\nand goes on"),
        ("On Monday he wrote:\nnothing was quoted", "On Monday he wrote:\nnothing was quoted"),
        ("Tek satır", "Tek satır"),
        ("", ""),
        ("  \n \n", ""),
    ],
)
def test_quotations_at_the_end_are_not_shown(text: str, shown: str) -> None:
    assert new_text(text) == shown


@given(st.text(alphabet="> \nabOnwrote:İ_-", max_size=300))
def test_something_is_shown_whenever_something_was_written(text: str) -> None:
    shown = new_text(text)
    assert bool(shown) == bool(text.strip())
    assert "\n".join(text.splitlines()).strip().startswith(shown) or shown == text.strip()
