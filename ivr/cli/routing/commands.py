"""The commands `ivr acd ...`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ivr.cli.outcome import stop

acd = typer.Typer(
    help="Queues: who was given to whom, and why.", no_args_is_help=True, rich_markup_mode=None
)


@acd.command(name="why")
def why_call(
    call: Annotated[str, typer.Argument(help="The call, by its public id.")],
    language: Annotated[str, typer.Option(help="en or tr.")] = "en",
    config: Annotated[
        Path, typer.Option("--config", "-c", help="The configuration file.", show_default=True)
    ] = Path("config.yaml"),
) -> None:
    """Tell each decision about a call: whom it was given to, by what, and who else was there."""
    from ivr.cli.routing import telling_why

    stop(telling_why.why(call, language, config))


@acd.command(name="replay")
def replay_record(
    config: Annotated[
        Path, typer.Option("--config", "-c", help="The configuration file.", show_default=True)
    ] = Path("config.yaml"),
) -> None:
    """Decide everything once more from the record of the queues: every decision must be the same,
    byte for byte. Reads only; what comes in meanwhile is not looked at twice."""
    from ivr.cli.routing import repeating

    stop(repeating.replay(config))
