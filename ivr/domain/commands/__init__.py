"""What the call machine wants done. Imperatives, plain data.

A **waiting** command opens a turn; the events in its `answers` may answer it. A **durable** command
is stored in the transaction of the step that caused it and delivered at least once; its id
`call/seq/index` makes repeating harmless.
"""

from __future__ import annotations

from ivr.domain.commands.base import (
    Close,
    Command,
    Note,
    Waiting,
)
from ivr.domain.commands.calls import (
    Answer,
    CloseInteraction,
    Collect,
    Dial,
    Fetch,
    HangUp,
    Join,
    Part,
    PlaceCall,
    Play,
    Refer,
    SetMode,
    SettleTransfer,
    StartTimer,
)
from ivr.domain.commands.queueing import (
    AddToPop,
    AskNews,
    BookCallback,
    DeclineCallback,
    DropCallback,
    Enqueue,
    HoldPlace,
    LeaveQueue,
    Pop,
    ReportAgent,
    Settle,
)

__all__ = [
    "COMMANDS",
    "AddToPop",
    "Answer",
    "AskNews",
    "BookCallback",
    "Close",
    "CloseInteraction",
    "Collect",
    "Command",
    "DeclineCallback",
    "Dial",
    "DropCallback",
    "Enqueue",
    "Fetch",
    "HangUp",
    "HoldPlace",
    "Join",
    "LeaveQueue",
    "Note",
    "Part",
    "PlaceCall",
    "Play",
    "Pop",
    "Refer",
    "ReportAgent",
    "SetMode",
    "Settle",
    "SettleTransfer",
    "StartTimer",
    "Waiting",
]

COMMANDS: tuple[type[Command], ...] = (
    Answer,
    HangUp,
    Close,
    Note,
    Play,
    Collect,
    Fetch,
    StartTimer,
    Dial,
    Enqueue,
    PlaceCall,
    BookCallback,
    DeclineCallback,
    DropCallback,
    Settle,
    LeaveQueue,
    HoldPlace,
    AskNews,
    Pop,
    AddToPop,
    ReportAgent,
    Refer,
    Join,
    SetMode,
    Part,
    SettleTransfer,
    CloseInteraction,
)
