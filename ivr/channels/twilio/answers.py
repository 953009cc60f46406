"""A request that was let in, and what goes back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ivr.channels.twilio.documents import XML
from ivr.channels.twilio.wire.calls import Address, read_address
from ivr.domain.errors import NotFoundError, NotSignedError

if TYPE_CHECKING:
    from ivr.channels.twilio.wire.forms import Form


class ForeignCallError(NotSignedError):
    """The request is well signed, but for another call than the one its URL names."""

    code = "foreign-call"


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes back over HTTP."""

    status: int
    body: bytes = b""
    content_type: str = XML


@dataclass(frozen=True, slots=True)
class Asked:
    """One accepted request."""

    form: Form
    raw_target: str

    @property
    def address(self) -> Address:
        """Which request of which call; NotFoundError if the URL is none of ours."""
        found = read_address(self.raw_target)
        if found is None:
            raise NotFoundError("no address")
        return found
