"""Reports of a server and what surveys found; the limits of queues as they were."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from ivr.app.asking.waves import halts_of, next_of, previews_of, starts_of
from ivr.config.calendars import find_zone
from ivr.config.reporting.goals import to_goals
from ivr.config.reporting.mailed import to_mailed
from ivr.config.routing import to_rules
from ivr.config.surroundings import around_surveys
from ivr.cti.mail.smtp import SmtpMailer
from ivr.runtime.ids import Ulids
from ivr.runtime.ports.reports import QueueLimits
from ivr.runtime.reports.limits import LimitsKept
from ivr.runtime.reports.mailing import Office, ReportPost
from ivr.store.opening import SqlStore
from ivr.store.reports.mails import SqlReportMails
from ivr.store.reports.repository import SqlReports
from ivr.store.reports.saved import SqlSavedReports
from ivr.store.surveyed.repository import SqlOpinions
from ivr.store.waves.repository import SqlWaves
from ivr.surveys.files.loading import read_surveys
from ivr.web.api.reports import ReportParts, report_routes
from ivr.web.api.surveys import SurveyParts, survey_routes

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ivr.acd.settings import Queue
    from ivr.app.server import Server
    from ivr.config.live import LiveConfig
    from ivr.config.model import Config
    from ivr.domain.calendar import Calendar
    from ivr.domain.problem import Problem
    from ivr.reports.goals import Goal
    from ivr.runtime.ports.tickets import Rules
    from ivr.web.api.parts import ApiParts
    from ivr.web.api.surveys.parts import Check
    from ivr.web.typed import Route

_MS = 1_000_000


class Limits:
    """What every queue is measured by, made once for each configuration."""

    def __init__(self, live: LiveConfig) -> None:
        self._live = live
        self._made: tuple[Config, tuple[QueueLimits, ...]] | None = None

    def __call__(self) -> tuple[QueueLimits, ...]:
        """Those in force."""
        config = self._live.now
        if self._made is None or self._made[0] is not config:
            queues = to_rules(config).queues.values()
            self._made = (config, tuple(limits_of(queue) for queue in queues))
        return self._made[1]


def limits_of(queue: Queue) -> QueueLimits:
    """What one queue is measured by."""
    counted = queue.service_counted
    return QueueLimits(
        queue.name,
        queue.service_level_ns // _MS,
        queue.short_abandon_ns // _MS,
        queue.service_target,
        queue.service_level,
        counted.abandoned,
        counted.short,
        counted.overflowed,
    )


def reporting_routes(server: Server, parts: ApiParts) -> list[Route]:
    """The API of reports, and from now on the limits are kept; nothing without a database."""
    house, store = server.house, server.switch.store
    if house is None or not isinstance(store, SqlStore):
        return []
    reports = SqlReports(store.database, lambda: hours_of(house.rules))
    kept = LimitsKept(reports, server.switch.ports.clock, Limits(server.live))
    server.tasks.start(kept.run(), "limits of queues")
    asked = SurveyParts(
        api=parts,
        opinions=SqlOpinions(store.database),
        rules=house.rules,
        check=check_of(server.live),
        waves=SqlWaves(store.database),
        preview=previews_of(server, store),
        next_at=next_of(server, store),
        start=starts_of(server, store),
        halt=halts_of(server),
    )
    goals = partial(_goals, server.live)
    _send_reports(server, reports, store, goals)
    saved, new_id = SqlSavedReports(store.database), Ulids(server.switch.ports.clock).new
    of_reports = ReportParts(parts, reports, house.rules, goals, saved, new_id)
    return [*report_routes(of_reports), *survey_routes(asked)]


def _send_reports(
    server: Server, reports: SqlReports, store: SqlStore, goals: Callable[[], Sequence[Goal]]
) -> None:
    """From now on reports are mailed at their times; accounts are those of the start."""
    live, ports = server.live, server.switch.ports
    office = Office(
        reports=reports,
        mails=SqlReportMails(store.database, Ulids(ports.clock).new),
        mailer=SmtpMailer(server.config.mail, ports.clock),
        clock=ports.clock,
        mailed=lambda: to_mailed(live.now.mailed_reports, live.now.languages[0]),
        goals=goals,
        zone=lambda: find_zone(live.now.zone),
    )
    server.tasks.start(ReportPost(office).run(), "reports by mail")


def _goals(live: LiveConfig) -> Sequence[Goal]:
    """Those of the configuration that is in force."""
    config = live.now
    return to_goals(config.goals.values(), find_zone(config.zone))


def check_of(live: LiveConfig) -> Check:
    """What `ivr check` says of the file of one survey; categories of tickets are not looked up."""

    def check(code: str, text: str) -> Sequence[Problem]:
        files = {f"surveys/{code}.yaml": text.encode()}
        around = replace(around_surveys(live.now, None), names=None)
        return read_surveys(files, around)[1]

    return check


def hours_of(rules: Rules) -> Calendar | None:
    """The hours of the house, for business time."""
    now = rules()
    return now.calendars.get(now.catalogue.hours)
