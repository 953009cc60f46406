"""Mail accounts that do not fit together."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.config.conftest import Problems


@pytest.mark.parametrize(
    ("account", "needed"),
    [
        ("from: a@b.example", 'needs "imap", "smtp" or both'),
        ('smtp: "smtps://x.example", user: a, from: a@b.example', 'user needs "password"'),
        (
            'smtp: "smtps://x.example", password: "${env:P}", from: a@b.example',
            'a password needs "user"',
        ),
        ('imap: "imaps://x.example", from: a@b.example', 'needs "user" and "password"'),
    ],
)
def test_an_account_has_what_it_needs(problems: Problems, account: str, needed: str) -> None:
    [told] = problems(f"mail: {{a: {{{account}}}}}", {"P": "x"})
    assert "C102 error" in told
    assert needed in told


def test_a_mailbox_belongs_to_one_account(problems: Problems) -> None:
    box = 'imap: "imaps://x.example", user: u, password: "${env:P}", from: a@b.example'
    text = f"mail:\n  one: {{{box}}}\n  two: {{{box}, poll: 1m}}\n  other: {{{box}, folder: B}}\n"
    assert problems(text, {"P": "x"}) == [
        '3:15 C131 error "one" reads this folder already; a mail belongs to one account'
    ]
