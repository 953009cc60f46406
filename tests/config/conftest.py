"""Loading a configuration from a few lines of text."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Protocol

import pytest

from ivr.config.load import load_config
from ivr.domain.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from ivr.config.model import Config

NOW = datetime(2026, 11, 23, 7, 30, tzinfo=UTC)


class Load(Protocol):
    """Loads the text of a configuration."""

    def __call__(
        self,
        text: str,
        environment: Mapping[str, str] | None = None,
        files: Mapping[str, bytes] | None = None,
    ) -> Config: ...


class Problems(Protocol):
    """Loads a text that is wrong, and gives the problem lines without the file's name."""

    def __call__(
        self,
        text: str,
        environment: Mapping[str, str] | None = None,
        files: Mapping[str, bytes] | None = None,
    ) -> list[str]: ...


def load_text(
    text: str,
    environment: Mapping[str, str] | None = None,
    files: Mapping[str, bytes] | None = None,
) -> Config:
    """The configuration in `text`, with a zone if it has none."""

    def read_file(path: Path) -> bytes:
        found = (files or {}).get(str(path))
        if found is None:
            raise FileNotFoundError(2, "No such file or directory")
        return found

    whole = text if "zone:" in text else f"{text}\nzone: Europe/Istanbul\n"
    return load_config({"config.yaml": whole.encode()}, environment or {}, read_file, now=NOW)


@pytest.fixture
def load() -> Load:
    """Load a text that is right."""
    return load_text


@pytest.fixture
def problems() -> Problems:
    """Load a text that is wrong."""

    def told(
        text: str,
        environment: Mapping[str, str] | None = None,
        files: Mapping[str, bytes] | None = None,
    ) -> list[str]:
        with pytest.raises(ConfigError) as caught:
            load_text(text, environment, files)
        return [str(each).removeprefix("config.yaml:") for each in caught.value.problems]

    return told
