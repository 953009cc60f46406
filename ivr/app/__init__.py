"""Puts the server together."""

from ivr.app.building import build
from ivr.app.server import Parts, Server

__all__ = ["Parts", "Server", "build"]
