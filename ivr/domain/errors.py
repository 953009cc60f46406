"""Every error the server raises on purpose, with a stable code and one sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ivr.domain.problem import Problem


class IvrError(Exception):
    """Base of all: `code` is kebab-case and never reused."""

    code: ClassVar[str] = "internal"


class ConfigError(IvrError):
    """The configuration is wrong; the server does not start. Carries every problem found."""

    code: ClassVar[str] = "config"

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = tuple(problems)


class FlowError(ConfigError):
    """A flow, prompt or test file is wrong. Carries every problem found."""

    code: ClassVar[str] = "flow"


class CallError(IvrError):
    """This call cannot go on; others are not touched."""

    code: ClassVar[str] = "call"


class FlowStuckError(CallError):
    """More than 200 steps between two questions (E204)."""

    code: ClassVar[str] = "flow-stuck"


class ChannelError(CallError):
    """The channel could not carry out a command (E205)."""

    code: ClassVar[str] = "channel"


class MediaError(CallError):
    """Sound or a packet of sound could not be read, made or carried."""

    code: ClassVar[str] = "media"


class PortError(IvrError):
    """A seam failed. `retryable` says whether the same call may succeed later."""

    code: ClassVar[str] = "port"

    def __init__(self, message: str, *, retryable: bool = False) -> None:
        super().__init__(message)
        self.retryable = retryable


class StoreError(PortError):
    """The database refused or could not be reached."""

    code: ClassVar[str] = "store"


class MissingExtraError(StoreError):
    """A part of the distribution that is installed only on request is needed and not there."""

    code: ClassVar[str] = "missing-extra"


class LeaseLostError(PortError):
    """Another node owns the call now: drop it and send nothing."""

    code: ClassVar[str] = "lease-lost"


class SourceError(PortError):
    """A lookup failed. The message is one of timeout, error, shape, breaker, busy, restart."""

    code: ClassVar[str] = "source"


class ReplayError(PortError):
    """Journal and program disagree about what happened."""

    code: ClassVar[str] = "replay"


class RequestError(IvrError):
    """An HTTP client was wrong."""

    code: ClassVar[str] = "request"
    status: ClassVar[int] = 400


class NotSignedError(RequestError):
    """Signature absent, garbled or wrong."""

    code: ClassVar[str] = "not-signed"
    status: ClassVar[int] = 403


class NotFoundError(RequestError):
    """No such trunk, call or page."""

    code: ClassVar[str] = "not-found"
    status: ClassVar[int] = 404


class NotSignedInError(RequestError):
    """Nobody is signed in, or the key is not known."""

    code: ClassVar[str] = "not-signed-in"
    status: ClassVar[int] = 401


class NotAllowedError(RequestError):
    """Whoever asks has no right to this."""

    code: ClassVar[str] = "not-allowed"
    status: ClassVar[int] = 403


class IllegalTransitionError(RequestError):
    """The agent or the call is in no state in which this can be done."""

    code: ClassVar[str] = "illegal-transition"
    status: ClassVar[int] = 409


class StaleVersionError(RequestError):
    """It has changed meanwhile: read it again, then decide."""

    code: ClassVar[str] = "stale-version"
    status: ClassVar[int] = 412


class NotValidError(RequestError):
    """Well formed, but not what this takes."""

    code: ClassVar[str] = "not-valid"
    status: ClassVar[int] = 422


class EndpointTakenError(IllegalTransitionError):
    """Another agent is signed in with the same telephone."""

    code: ClassVar[str] = "endpoint-taken"


class EndpointUnreachableError(NotValidError):
    """The agent's telephone cannot be rung up now."""

    code: ClassVar[str] = "endpoint-unreachable"


class UnknownReasonError(NotValidError):
    """The reason of a break is none of those that the configuration names."""

    code: ClassVar[str] = "unknown-reason"


class WrapupCodeRequiredError(NotValidError):
    """This queue wants a wrap-up code before the work after the call can end."""

    code: ClassVar[str] = "wrapup-code-required"
