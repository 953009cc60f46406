"""Whether mail accounts fit together: something to do, a whole login, each folder once."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ivr.config.mail import MailAccount
    from ivr.config.mistakes import Mistakes
    from ivr.config.model import Config


def check_mail(config: Config, mistakes: Mistakes) -> None:
    """Tell what does not fit together: an account of nothing, half a login, a mailbox twice."""
    for name, account in config.mail.items():
        for key, code, message in _faults(account):
            mistakes.add(code, ("mail", name, *key), message)
    for name, other in _doubles(config.mail):
        message = f'"{other}" reads this folder already; a mail belongs to one account'
        mistakes.add("C131", ("mail", name, "imap"), message)


def _faults(account: MailAccount) -> Iterator[tuple[tuple[str, ...], str, str]]:
    if account.imap is None and account.smtp is None:
        yield (), "C102", 'a mail account needs "imap", "smtp" or both'
    if account.user is None and account.password is not None:
        yield ("password",), "C102", 'a password needs "user"'
    if account.user is not None and account.password is None:
        yield ("user",), "C102", 'user needs "password"; write "${env:MAIL_PASSWORD}"'
    if account.user is None and account.imap is not None:
        yield ("imap",), "C102", 'to read mail needs "user" and "password"'


def _doubles(accounts: Mapping[str, MailAccount]) -> Iterator[tuple[str, str]]:
    seen: dict[tuple[object, ...], str] = {}
    for name, one in accounts.items():
        if one.imap is None:
            continue
        box = (one.imap.host, one.imap.port, one.user, one.folder)
        if box in seen:
            yield name, seen[box]
        seen.setdefault(box, name)
