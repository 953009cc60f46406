"""Mails people that an alarm on a queue is on, still on or over; hears of it from the outbox."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ivr.cti.outbox.retrying import NotTakenError
from ivr.domain.errors import PortError
from ivr.runtime.ports.deliveries import DEAD, LATER
from ivr.runtime.ports.mail import MailOut
from ivr.runtime.ports.supervision.queue_alarms import AlarmMail

if TYPE_CHECKING:
    from ivr.runtime.ports.deliveries import Delivery
    from ivr.runtime.ports.mail import Mailer


@dataclass(frozen=True, slots=True)
class AlarmMailPost:
    """A receiver of the outbox (`Hearer`). A repeat has the same Message-ID."""

    mailer: Mailer

    async def hear(self, delivery: Delivery) -> None:
        """Send one. Raises NotTakenError."""
        mail = AlarmMail(**json.loads(delivery.data))
        try:
            await self.mailer.send(
                MailOut(
                    account=mail.account,
                    key=f"alarm-{delivery.event}",
                    to=mail.to,
                    subject=mail.subject,
                    text=f"{mail.text}\n",
                    automatic=True,
                )
            )
        except PortError as error:
            raise NotTakenError(str(error), LATER if error.retryable else DEAD) from None

    async def close(self) -> None:
        """Nothing stays open between mails."""
