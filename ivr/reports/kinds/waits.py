"""What the three reports about waiting in queues have in common: R1, R2 and R3."""

from __future__ import annotations

from ivr.reports.columns import titles

BY = ("queue", "category")
FILTERS = ("queue", "category")
OFFERED = ("answered", "abandoned", "overflowed", "callback", "system_lost")
ANSWERABLE = ("answered", "abandoned")
QUEUE_NOTE = titles(
    "Her kuyruk beklemesi, sunulduğu zamana yazılır; ikinci kuyruk yeniden sayılır. Deneme "
    "çağrıları ve bizim aradıklarımız sayılmaz. Süren çağrılar henüz yoktur. Kısa vazgeçme: "
    "bekleme, kuyruğun o günkü sınırına eşit veya ondan az.",
    "Each wait in a queue counts when it was offered; another queue counts again. Test calls and "
    "calls that we made never count. Calls that go on are not in it yet. Short abandon: a wait not "
    "longer than the limit that the queue had at that time.",
)
