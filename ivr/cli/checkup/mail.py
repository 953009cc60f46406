"""Whether mail can be read and sent: each server is reached, signed in to, and left again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.cli.checkup.finding import Finding, fail, ok
from ivr.cti.mail.imap import ImapBox
from ivr.cti.mail.smtp import SmtpLine
from ivr.domain.errors import PortError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ivr.config.mail import MailAccount, MailServer
    from ivr.config.model import Config


def mail(config: Config) -> Iterator[Finding]:
    """Each account, in the order of the configuration; nothing is read, marked or sent."""
    for name, account in config.mail.items():
        if account.imap is not None:
            yield _reading(name, account, account.imap)
        if account.smtp is not None:
            yield _sending(name, account, account.smtp)


def _reading(name: str, account: MailAccount, server: MailServer) -> Finding:
    box = ImapBox(account, server)
    try:
        box.open()
    except PortError as error:
        remedy = f"look at mail.{name}: imap, user, password, folder"
        return fail("mail in", f"account {name}: {error}", remedy)
    finally:
        box.close()
    return ok("mail in", f"account {name}: {account.folder} at {server.host} can be read")


def _sending(name: str, account: MailAccount, server: MailServer) -> Finding:
    line = SmtpLine(account, server)
    try:
        line.open()
    except PortError as error:
        remedy = f"look at mail.{name}: smtp, user, password"
        return fail("mail out", f"account {name}: {error}", remedy)
    finally:
        line.close()
    return ok("mail out", f"account {name}: {server.host} takes mail from us")
