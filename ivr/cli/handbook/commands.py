"""The commands of `ivr` with their options, read from the command line itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import typer

from ivr.cli.handbook.entry import Entry, sentence, table

if TYPE_CHECKING:
    from collections.abc import Iterator

KIND = "Commands"


def entries() -> Iterator[Entry]:
    """Every command under the name that one types after `ivr`."""
    from ivr.cli import app

    yield from _commands(typer.main.get_command(app), "")


def _commands(group: Any, above: str) -> Iterator[Entry]:  # noqa: ANN401 - typer keeps its own
    for name, command in group.commands.items():
        path = f"{above}{name}"
        if hasattr(command, "commands"):
            yield from _commands(command, f"{path} ")
        else:
            rows = [(_names(option), option.help or "") for option in command.params]
            yield Entry(KIND, path, sentence(command.help), table(rows))


def _names(option: Any) -> str:  # noqa: ANN401 - as above
    """`--config, -c` for an option, `[FLOW]` for an argument."""
    if option.param_type_name == "argument":
        return f"[{option.name.upper()}]"
    return ", ".join(option.opts)
