"""E-mail, put together: who looks into each mailbox, and who sends."""

from __future__ import annotations

import asyncio
import logging
import random
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Protocol

from ivr.cti.mail import figures
from ivr.cti.mail.headers import Ours
from ivr.cti.mail.looking import Desk, MailLook
from ivr.cti.mail.smtp import SmtpMailer
from ivr.domain.errors import PortError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ivr.config.model import Config
    from ivr.runtime.ports import Clock
    from ivr.runtime.ports.mail import MailIntake, MailPositions
    from ivr.runtime.tasks import Tasks

MOST_WAIT_S = 600.0
_LOG = logging.getLogger(__name__)


class Look(Protocol):
    """Somebody who looks into a mailbox."""

    name: str

    async def look(self) -> int:
        """Hand on what is new; returns how many mails. Raises PortError."""


@dataclass(frozen=True, slots=True)
class Mail:
    """E-mail of a running server. mailer: sends for all accounts."""

    mailer: SmtpMailer
    looking: Sequence[asyncio.Task[None]]

    async def close(self) -> None:
        """Stop looking. A mail that was not yet handed on is read again at the next start."""
        for task in self.looking:
            task.cancel()
        await asyncio.gather(*self.looking, return_exceptions=True)


def open_mail(
    config: Config, intake: MailIntake, positions: MailPositions, clock: Clock, tasks: Tasks
) -> Mail:
    """Start to look into every mailbox of the configuration, and make ready to send."""
    addresses = tuple(one.from_.address.lower() for one in config.mail.values())
    desk = Desk(intake, positions, clock, Ours(addresses))
    looking = [
        tasks.start(
            keep_looking(MailLook(name, one, one.imap, desk), clock, one.poll), f"mail {name}"
        )
        for name, one in config.mail.items()
        if one.imap is not None
    ]
    return Mail(SmtpMailer(config.mail, clock), looking)


async def keep_looking(
    look: Look, clock: Clock, every_s: float, chance: Callable[[], float] = random.random
) -> None:
    """Look for ever. After failures it waits longer and longer, up to ten minutes.

    chance: from 0 to 1, so that servers that failed together are not asked together again.
    """
    failures = 0
    while True:
        failures = 0 if await _good_look(look) else failures + 1
        wait_s = pause_s(every_s, failures, chance())
        await clock.sleep_until(clock.now() + timedelta(seconds=wait_s))


def pause_s(every_s: float, failures: int, chance: float) -> float:
    """How long to wait: the time of the configuration, doubled with each failure in a row; a part
    of up to a tenth, after failures up to a half, is left to chance."""
    longest = every_s if not failures else max(every_s, MOST_WAIT_S)
    wait_s = min(longest, every_s * 2.0 ** min(failures, 20))
    return wait_s * (1 - chance * (0.5 if failures else 0.1))


async def _good_look(look: Look) -> bool:
    try:
        await look.look()
    except PortError as error:
        facts = {"account": look.name, "why": str(error)}
        _LOG.warning("mailbox_not_read", extra={"facts": facts})
    except Exception:
        _LOG.exception("mailbox_not_read", extra={"facts": {"account": look.name}})
    else:
        figures.LOOKED.labels(look.name, "ok").inc()
        return True
    figures.LOOKED.labels(look.name, "failed").inc()
    return False
