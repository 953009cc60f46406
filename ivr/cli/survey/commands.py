"""The commands `ivr survey ...`: what they take."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ivr.cli.outcome import stop

survey = typer.Typer(
    help="Surveys, as callers hear and read them.", no_args_is_help=True, rich_markup_mode=None
)
Config = Annotated[
    Path, typer.Option("--config", "-c", help="The configuration file.", show_default=True)
]
DEFAULT = Path("config.yaml")


@survey.command(name="preview")
def preview_survey(
    file: Annotated[str, typer.Argument(help="A survey file, or the name of one that is there.")],
    language: Annotated[str, typer.Option(help="tr or en; default: all of the survey.")] = "",
    medium: Annotated[str, typer.Option(help="voice or sms; default: both.")] = "",
    config: Config = DEFAULT,
) -> None:
    """Print what callers hear with the keys, each text with its parts, and every mistake in it."""
    from ivr.cli.survey import previewing

    stop(previewing.preview(file, config, previewing.Wish(language, medium)))
