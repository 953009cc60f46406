"""Values that SciPy computed once; the product does without it."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

_FOLDER = Path(__file__).resolve().parents[1] / "data"


@cache
def reference(name: str = "survey_statistics") -> dict[str, Any]:
    """Name of a function -> rows of arguments and result; `origin` says how they were made."""
    found: dict[str, Any] = json.loads((_FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    return found
