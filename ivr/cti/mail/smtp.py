"""Sending mail over SMTP (RFC 5321): one connection per mail, retries are left to the outbox.

Retryable is everything that may pass: codes 4xx, a server that is away, a password that is wrong
until somebody puts it right. Codes 5xx about the mail itself are final.
"""

from __future__ import annotations

import base64
import contextlib
import logging
import smtplib
import socket
import ssl
from typing import TYPE_CHECKING

from ivr.cti.mail import figures
from ivr.cti.mail.imap import tls_of
from ivr.cti.mail.waiting import in_thread
from ivr.cti.mail.writing import written
from ivr.domain.errors import PortError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from email.message import EmailMessage

    from ivr.config.mail import MailAccount, MailServer
    from ivr.runtime.ports import Clock
    from ivr.runtime.ports.mail import MailOut

WAIT_S = 20.0
_LOG = logging.getLogger(__name__)


class SmtpMailer:
    """Sends for every account that has a server; implements `Mailer`."""

    def __init__(self, accounts: Mapping[str, MailAccount], clock: Clock) -> None:
        self._accounts = accounts
        self._clock = clock

    async def send(self, mail: MailOut) -> str:
        """Hand it to the server of its account. Raises PortError."""
        account = self._accounts.get(mail.account)
        server = account.smtp if account else None
        if account is None or server is None:
            raise PortError(f"no account {mail.account} that sends is configured")
        message, message_id = written(mail, account.from_, self._clock.now())
        line = SmtpLine(account, server)
        try:
            await in_thread(line.send, message, account.from_.address, mail.to)
        except PortError as error:
            self._count(mail.account, "later" if error.retryable else "refused")
            facts = {"account": mail.account, "why": str(error), "again": error.retryable}
            _LOG.warning("mail_not_sent", extra={"facts": facts})
            raise
        finally:
            line.abort()
        self._count(mail.account, "sent")
        return message_id

    def _count(self, account: str, result: str) -> None:
        figures.SENT.labels(account, result).inc()


class SmtpLine:
    """One connection. Its methods wait for the server; `abort` may be called from any thread."""

    def __init__(self, account: MailAccount, server: MailServer) -> None:
        self._account = account
        self._server = server
        self._smtp: smtplib.SMTP | None = None

    def send(self, message: EmailMessage, sender: str, to: str) -> None:
        """Connect, sign in, hand over. Raises PortError."""
        try:
            smtp = self.open()
            smtp.send_message(message, from_addr=sender, to_addrs=[to])
        except smtplib.SMTPRecipientsRefused as error:
            [(code, _said)] = error.recipients.values()
            raise _refused("the address is refused", code) from None
        except smtplib.SMTPResponseException as error:
            raise _refused("the mail is refused", error.smtp_code) from None
        except smtplib.SMTPNotSupportedError as error:
            raise PortError(f"the mail server cannot take this: {error}") from None
        except (smtplib.SMTPException, OSError) as error:
            raise _away(error) from None
        finally:
            self.close()

    def open(self) -> smtplib.SMTP:
        """Connect and sign in; every failure may pass. Raises PortError."""
        try:
            smtp = self._connected()
            if self._account.user and self._account.password:
                _sign_in(smtp, self._account.user, self._account.password.reveal())
        except smtplib.SMTPAuthenticationError as error:
            message = f"the mail server does not let us in ({error.smtp_code})"
            raise PortError(message, retryable=True) from None
        except (smtplib.SMTPException, OSError, ValueError) as error:
            raise _away(error) from None
        return smtp

    def _connected(self) -> smtplib.SMTP:
        server, us = self._server, self._account.from_.domain
        trust = tls_of(self._account)
        if server.tls_first:
            self._smtp = smtplib.SMTP_SSL(
                server.host, server.port, local_hostname=us, timeout=WAIT_S, context=trust
            )
            return self._smtp
        self._smtp = smtplib.SMTP(server.host, server.port, local_hostname=us, timeout=WAIT_S)
        if server.starttls:
            self._smtp.starttls(context=trust)
        return self._smtp

    def close(self) -> None:
        """Say good-bye; a server that is gone is not told."""
        if self._smtp is not None:
            with contextlib.suppress(smtplib.SMTPException, OSError):
                self._smtp.quit()
            self._smtp.close()
            self._smtp = None

    def abort(self) -> None:
        """Cut the line, so that whoever waits for the server stops waiting."""
        line = self._smtp.sock if self._smtp is not None else None
        if line is not None:
            with contextlib.suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)


def _sign_in(smtp: smtplib.SMTP, user: str, password: str) -> None:
    """By PLAIN where the server has it (RFC 4616): the library's own takes ASCII alone."""
    smtp.ehlo_or_helo_if_needed()
    if "PLAIN" not in smtp.esmtp_features.get("auth", "").upper().split():
        smtp.login(user, password)
        return
    token = base64.b64encode(f"\0{user}\0{password}".encode()).decode()
    code, said = smtp.docmd("AUTH", f"PLAIN {token}")
    if code != 235:
        raise smtplib.SMTPAuthenticationError(code, said)


def _refused(what: str, code: int) -> PortError:
    """4xx passes (RFC 5321, 4.2.1), also where the server ends the conversation (421)."""
    return PortError(f"{what} ({code})", retryable=not 500 <= code < 600)


def _away(error: Exception) -> PortError:
    kind = "its certificate is not good" if isinstance(error, ssl.SSLCertVerificationError) else ""
    return PortError(
        f"the mail server cannot be reached: {kind or type(error).__name__}", retryable=True
    )
