"""Whether the public pages name a queue that is there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.domain.scalars import nearest

if TYPE_CHECKING:
    from ivr.config.mistakes import Mistakes
    from ivr.config.model import Config


def check_help(config: Config, mistakes: Mistakes) -> None:
    """Tell of a queue for callbacks that does not exist."""
    wanted = config.help.callback if config.help else None
    if wanted is None or wanted in config.queue_names:
        return
    near = nearest(wanted, config.queue_names)
    hint = f'; did you mean "{near}"?' if near else ""
    mistakes.add("C120", ("help", "callback"), f'no queue "{wanted}"{hint}')
