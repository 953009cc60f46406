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


@export.command(name="report")
def export_report(
    report: Annotated[str, typer.Argument(help="Which one: R11.")],
    since: Annotated[
        str, typer.Option(help="The first day, 2026-11-01, in the zone of the house.")
    ],
    until: Annotated[str, typer.Option(help="The day after the last one.")],
    by: Annotated[str, typer.Option(help="What rows are: agent,day")] = "",
    file: Annotated[Path | None, typer.Option(help="Where to write it; else it is said.")] = None,
    config: Config = DEFAULT,
) -> None:
    """One report as text with commas; business time (R12) is told by the server only."""
    from ivr.cli.proof import reporting

    stop(reporting.report(reporting.Wish(report, since, until, by, file), config))


@audit.callback()
def _of_audit() -> None:
    """One command so far; it is named all the same."""


@export.callback()
def _of_export() -> None:
    """One command so far; it is named all the same."""
