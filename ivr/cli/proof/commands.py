"""The commands `ivr audit ...` and `ivr export ...`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ivr.cli.outcome import stop

audit = typer.Typer(
    help="What people did, in a chain that shows every change.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
export = typer.Typer(
    help="What is kept, for whom it belongs to.", no_args_is_help=True, rich_markup_mode=None
)
Config = Annotated[
    Path, typer.Option("--config", "-c", help="The configuration file.", show_default=True)
]
DEFAULT = Path("config.yaml")


@audit.command(name="verify")
def verify_audit(
    head: Annotated[
        Path | None, typer.Option(help="Also compare with a file of daily heads.")
    ] = None,
    config: Config = DEFAULT,
) -> None:
    """Read the whole audit log; names the first row that is not as it was written."""
    from ivr.cli.proof import proving

    stop(proving.verify(config, head))


@export.command(name="customer")
def export_customer(
    customer: Annotated[str, typer.Argument(help="Number or public id.")],
    why: Annotated[str, typer.Option(help="Why; it is written down.")],
    folder: Annotated[Path, typer.Option(help="A new folder for data and files.")],
    config: Config = DEFAULT,
) -> None:
    """Write everything that is kept of one customer into a folder: data.json and his files."""
    from ivr.cli.proof import proving

    stop(proving.export(proving.Wish(customer, why, folder), config))


@audit.callback()
def _of_audit() -> None:
    """One command so far; it is named all the same."""


@export.callback()
def _of_export() -> None:
    """One command so far; it is named all the same."""
