"""A real IMAP server, one for all tests of this folder; each test has users of its own."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING

import pytest

from tests.fakes.dovecot import running

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.fakes.dovecot import Dovecot, Mailbox

_USERS = count(1)


@pytest.fixture(scope="session")
def dovecot() -> Iterator[Dovecot]:
    """The server; a test that stops it starts it again."""
    with running() as server:
        yield server


@pytest.fixture
def mailbox(dovecot: Dovecot) -> Mailbox:
    """An empty mailbox of a new user."""
    return dovecot.mailbox(f"user{next(_USERS)}")
