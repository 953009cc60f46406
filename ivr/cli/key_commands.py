"""The commands `ivr key ...`: keys with which programs use the API."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ivr.cli.outcome import stop

key = typer.Typer(
    help="Keys with which programs use the API.", no_args_is_help=True, rich_markup_mode=None
)
Config = Annotated[
    Path, typer.Option("--config", "-c", help="The configuration file.", show_default=True)
]
Name = Annotated[str, typer.Argument(help="The program, as in crm.")]
DEFAULT = Path("config.yaml")


@key.command(name="add")
def add_key(
    name: Name,
    scope: Annotated[
        list[str] | None, typer.Option(help="What it may do, as in event:r; may be repeated.")
    ] = None,
    days: Annotated[int, typer.Option(min=1, max=3650, help="How long it is good.")] = 365,
    network: Annotated[
        list[str] | None,
        typer.Option(help="From where it works, as in 192.0.2.0/24; may be repeated."),
    ] = None,
    config: Config = DEFAULT,
) -> None:
    """Make a key and show it, once."""
    from ivr.cli import keying

    wish = keying.Wish(name, tuple(scope or ()), days, tuple(network or ()))
    stop(keying.add(wish, config))


@key.command(name="list")
def list_keys(config: Config = DEFAULT) -> None:
    """List the keys: what they may do, and until when."""
    from ivr.cli import keying

    stop(keying.show(config))


@key.command(name="remove")
def remove_key(name: Name, config: Config = DEFAULT) -> None:
    """Let a program in no more; a stream of events that is open ends within seconds."""
    from ivr.cli import keying

    stop(keying.remove(name, config))
