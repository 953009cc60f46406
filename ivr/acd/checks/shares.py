"""What is wrong with the shares that teams are promised (ACD-E08, ACD-E09, ACD-W04)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.acd.checks.finding import Finding, dotted
from ivr.domain.problem import Severity

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from ivr.acd.checks.finding import Path
    from ivr.acd.settings import Rules

HOME: Path = ("acd", "share")


def of_rules(rules: Rules) -> Iterator[Finding]:
    """Sums and queues. A team that serves nothing and queues that are not there are told before."""
    for team, share in rules.share.items():
        home: Path = (*HOME, team)
        if sum(share.values()) != 100:
            written = " + ".join(map(str, share.values())) or "nothing"
            message = f"{dotted(home)}: {written} is not 100"
            yield Finding("ACD-E08", home, message)
        served = [name for name, queue in rules.queues.items() if team in queue.teams]
        yield from _of_queues(team, share, served, rules) if served else ()


def _of_queues(
    team: str, share: Mapping[str, int], served: Sequence[str], rules: Rules
) -> Iterator[Finding]:
    home: Path = (*HOME, team)
    for name in share:
        if name in rules.queues and name not in served:
            message = f"{dotted(home)}: team {team} does not serve queue {name}"
            yield Finding("ACD-E09", (*home, name), message)
    for name in served:
        if name not in share:
            message = f"{dotted(home)}: queue {name}, which team {team} serves, has no share"
            yield Finding("ACD-E09", home, message)


def of_agents(rules: Rules, kinds: Iterable[tuple[Sequence[str], int]]) -> Iterator[Finding]:
    """Agents of several teams with shares. kinds: (teams, how many agents have them)."""
    sums: dict[tuple[str, ...], int] = {}
    for teams, count in kinds:
        mine = tuple(sorted({team for team in teams if team in rules.share}))
        if len(mine) > 1:
            sums[mine] = sums.get(mine, 0) + count
    for mine, count in sums.items():
        who = f"{count} agent{' is' if count == 1 else 's are'} in {' and '.join(mine)}"
        message = f"{dotted(HOME)}: {who}; the shares of {mine[0]} hold"
        yield Finding("ACD-W04", (*HOME, mine[1]), message, Severity.WARNING)
