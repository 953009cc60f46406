"""Whether reports that are mailed can be made and sent: figures of single people are not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.domain.scalars import nearest
from ivr.reports.choosing import NoSuchRowsError, rows_of
from ivr.reports.kinds import REPORTS
from ivr.reports.model import AGENT

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ivr.config.mistakes import Mistakes
    from ivr.config.model import Config
    from ivr.config.reporting.mailed import MailedReport

    _Fault = tuple[str, str, str]


def check_mailed_reports(config: Config, mistakes: Mistakes) -> None:
    """Tell of reports, rows, accounts and queues that are not there."""
    for name, one in config.mailed_reports.items():
        for key, code, message in (*_of_report(one), *_of_sending(one, config)):
            mistakes.add(code, ("mailed_reports", name, key), message)


def _of_report(one: MailedReport) -> Iterator[_Fault]:
    known = REPORTS.get(one.report)
    if known is None:
        yield "report", "C120", f"no report {one.report}{_near(one.report, REPORTS)}"
        return
    try:
        by = rows_of(known, one.by, (AGENT,))
    except NoSuchRowsError as error:
        yield "by", "C103", str(error)
        return
    if AGENT in by or known.by == (AGENT,):
        yield "report", "C130", "figures of single people are not mailed; take other rows"
    for key in ("queue", "category"):
        if getattr(one, key) is not None and key not in known.filters:
            yield key, "C130", f"{one.report} has no filter {key}"


def _of_sending(one: MailedReport, config: Config) -> Iterator[_Fault]:
    account = config.mail.get(one.account)
    if account is None:
        near = _near(one.account, config.mail)
        yield "account", "C120", f'no account "{one.account}" in mail{near}'
    elif account.smtp is None:
        yield "account", "C102", f'the account "{one.account}" sends nothing; it needs "smtp"'
    if one.queue is not None and one.queue not in config.queue_names:
        yield "queue", "C120", f'no queue "{one.queue}"{_near(one.queue, config.queue_names)}'
    if not one.to:
        yield "to", "C102", "nobody gets this report; name an address"
    if len(set(one.to)) < len(one.to):
        yield "to", "C131", "an address stands here twice"
    if one.language is not None and one.language not in config.languages:
        yield "language", "C120", f'"{one.language}" is not one of languages'


def _near(name: str, known: Iterable[str]) -> str:
    near = nearest(name, known)
    return f'; did you mean "{near}"?' if near else ""
