"""What a survey is called where it is compiled: its flow, its prompts."""

from __future__ import annotations


def flow_name(code: str) -> str:
    """The sub-flow that a survey becomes."""
    return f"survey_{code}"


def prompt_name(code: str, question: str) -> str:
    """The prompt of a question; a recording of this name replaces the text."""
    return f"survey_{code}_{question}"
