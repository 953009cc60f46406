"""Whether alarms on queues watch what is there, can go on, and go off where they went on.

ALM-E01 `clear` does not lie beyond `fire`: the alarm would come and go with each call.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.acd.alarms.rule import COUNT, METRICS, PERCENT, SERVICE_LEVEL, SHARES, TIME
from ivr.config.queues.all_alarms import written
from ivr.domain.scalars import nearest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ivr.config.mistakes import Mistakes, Path
    from ivr.config.model import Config
    from ivr.config.queues.alarms import AlarmGroup, AlarmOptions, AlarmSide, Target
    from ivr.config.queues.all_alarms import Written

    _Fault = tuple[Path, str, str]

_EXAMPLES = {
    PERCENT: "a percentage, as in 70",
    COUNT: "a number, as in 5",
    TIME: "a time, as in 2m",
}


def check_alarms(config: Config, mistakes: Mistakes) -> None:
    """Tell every mistake in alarms, wherever they are written."""
    alarms = written(config.alarms, config.queues)
    for one in alarms:
        options = one.options
        faults = (*_of_queue(one, config), *_of_metric(options), *_of_sides(options))
        for path, code, message in (*faults, *_of_telling(options, config)):
            mistakes.add(code, (*one.path, *path), message)
    for one in _doubles(alarms):
        message = f'"{one.options.name}" is the name of another alarm, too'
        mistakes.add("C131", (*one.path, "name"), message)
    for name, group in config.alarm_groups.items():
        for code, message in _of_group(group, config):
            mistakes.add(code, ("alarm_groups", name), message)


def _of_queue(one: Written, config: Config) -> Iterator[_Fault]:
    if one.queue in config.queue_names:
        return
    near = nearest(one.queue, config.queue_names)
    hint = f'; did you mean "{near}"?' if near else ""
    yield ("queue",), "C120", f'no queue "{one.queue}"{hint}'


def _of_metric(one: AlarmOptions) -> Iterator[_Fault]:
    if one.variant is not None and one.metric != SERVICE_LEVEL:
        yield ("variant",), "C130", f"{one.metric} has no formula to choose"
    for key in ("window", "min_n") if one.metric not in SHARES else ():
        if getattr(one, key) is not None:
            yield (key,), "C130", f"{one.metric} is of this moment: it has no {key}"


def _of_sides(one: AlarmOptions) -> Iterator[_Fault]:
    kind, wrong = METRICS[one.metric], False
    for name in ("fire", "clear"):
        side: AlarmSide = getattr(one, name)
        if side.limit.is_time != (kind == TIME) or (kind == PERCENT and side.limit.value > 100):
            wrong = True
            yield (name, side.key), "C103", f"{one.metric} is compared with {_EXAMPLES[kind]}"
    if not wrong and not _is_beyond(one.clear, one.fire):
        yield ("clear",), "ALM-E01", _not_beyond(one.fire)


def _is_beyond(clear: AlarmSide, fire: AlarmSide) -> bool:
    if clear.key == fire.key:
        return False
    low, high = (fire, clear) if fire.key == "below" else (clear, fire)
    return low.limit.value < high.limit.value


def _not_beyond(fire: AlarmSide) -> str:
    limit = f"{fire.limit.value:g}{'s' if fire.limit.is_time else ''}"
    way, than = ("above", "more") if fire.key == "below" else ("below", "less")
    return f"clear must lie beyond fire: write {way}: a limit of {than} than {limit}"


def _of_telling(one: AlarmOptions, config: Config) -> Iterator[_Fault]:
    for place, target in enumerate(one.notify):
        wrong = _wrong_target(target, config)
        if wrong is not None:
            yield ("notify", place), *wrong
        if target in one.notify[:place]:
            yield ("notify", place), "C131", f"{target} stands here twice"
    if one.repeat is not None and not one.notify:
        yield ("repeat",), "C130", "repeat has no effect without notify"


def _wrong_target(target: Target, config: Config) -> tuple[str, str] | None:
    is_hook = target.medium == "webhook"
    names = config.webhooks if is_hook else config.alarm_groups
    if target.name not in names:
        near = nearest(target.name, names)
        hint = f'; did you mean "{near}"?' if near else ""
        section = "webhooks" if is_hook else "alarm_groups"
        return "C120", f'nobody "{target.name}" in {section}{hint}'
    if not is_hook and not getattr(config.alarm_groups[target.name], target.medium):
        return "C102", f'the group "{target.name}" has no {target.medium}'
    return None


def _of_group(group: AlarmGroup, config: Config) -> Iterator[tuple[str, str]]:
    if not (group.sms or group.mail):
        yield "C102", "this group is nobody; write sms: [+905321112233] or mail and account"
    if len({*group.sms, *group.mail}) < len(group.sms) + len(group.mail):
        yield "C131", "somebody stands here twice"
    if group.language is not None and group.language not in config.languages:
        yield "C120", f'"{group.language}" is not one of languages'
    if group.sms and not any(getattr(trunk, "texts", None) for trunk in config.trunks.values()):
        yield "C102", "no trunk sends text messages; one of `trunks` needs texts"
    yield from _of_account(group, config)


def _of_account(group: AlarmGroup, config: Config) -> Iterator[tuple[str, str]]:
    account = config.mail.get(group.account or "")
    if bool(group.mail) != (group.account is not None):
        yield "C102", "mail and account belong together"
    elif group.account is not None and account is None:
        yield "C120", f'no account "{group.account}" in mail'
    elif account is not None and account.smtp is None:
        yield "C102", f'the account "{group.account}" sends nothing; it needs "smtp"'


def _doubles(alarms: tuple[Written, ...]) -> Iterator[Written]:
    seen: set[str] = set()
    for one in alarms:
        if one.options.name in seen:
            yield one
        seen.add(one.options.name)
