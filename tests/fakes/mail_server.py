"""A real SMTP server, aiosmtpd: it keeps what it is sent and says what it is told."""

from __future__ import annotations

from email import message_from_bytes, policy
from typing import TYPE_CHECKING

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

from tests.fakes.dovecot import PASSWORD, free_port

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable
    from email.message import EmailMessage

    from aiosmtpd.smtp import SMTP, Envelope, LoginPassword, Session


class MailServer:
    """answers: what it says to the next mails in place of 250. heard: told of each mail."""

    def __init__(self, tls: ssl.SSLContext | None = None, *, login: bool = False) -> None:
        self.mails: list[EmailMessage] = []
        self.raws: list[bytes] = []
        self.answers: list[str] = []
        self.rcpt_answers: list[str] = []
        self.heard: Callable[[bytes], None] = lambda _raw: None
        self.port = free_port()
        self._controller = Controller(
            self,
            hostname="127.0.0.1",
            port=self.port,
            ssl_context=tls,
            server_hostname="mail.example",
            auth_required=login,
            auth_require_tls=False,
            authenticator=_judge,
        )

    def start(self) -> None:
        """Returns when it takes connections."""
        self._controller.start()

    def stop(self) -> None:
        """Returns when nobody listens any more."""
        self._controller.stop()

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name and arguments
        self,
        _server: SMTP,
        _session: Session,
        envelope: Envelope,
        address: str,
        _options: list[str],
    ) -> str:
        """Take an address, or say what was told."""
        if self.rcpt_answers:
            return self.rcpt_answers.pop(0)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802 - aiosmtpd's name
        self, _server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        """Take a mail, or say what was told."""
        if self.answers:
            return self.answers.pop(0)
        assert isinstance(envelope.content, bytes)
        self.raws.append(envelope.content)
        self.mails.append(message_from_bytes(envelope.content, policy=policy.default))
        self.heard(envelope.content)
        return "250 taken"


def _judge(
    _server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, data: LoginPassword
) -> AuthResult:
    return AuthResult(success=data.password == PASSWORD.encode(), handled=False)
