"""R10: how often a contact is given on (K11), from where to where, and back again."""

from __future__ import annotations

from ivr.reports.columns import count, share, titles
from ivr.reports.model import Report

_TALKED = ("contacts",)

REPORT = Report(
    id="R10",
    title=titles("Aktarmalar ve gidip gelmeler", "Transfers, consults, ping-pong"),
    version=1,
    note=titles(
        "Bir temsilciyle konuşulan temaslar. Kuyruğa, temsilciye ve dışarıya aktarmalar ayrı; "
        "danışılarak yapılanda müşteri önce bekletilir veya üçü konuşur. Gidip gelme: daha önce "
        "bulunulan kuyruğa dönüş.",
        "Contacts in which an agent talked. To queues, agents and outside apart; consulted: the "
        "caller was on hold or all three talked before. Ping-pong: back to a queue visited before.",
    ),
    columns=(
        count("contacts", titles("Görüşülen temas", "Contacts talked with")),
        share("transferred", titles("Aktarılan (K11)", "Transferred (K11)"), ("moved",), _TALKED),
        count("to_queue", titles("Kuyruğa", "To a queue")),
        count("to_agent", titles("Temsilciye, doğrudan", "To an agent, blind")),
        count("consulted", titles("Temsilciye, danışarak", "To an agent, consulted")),
        count("outside", titles("Dışarıya", "Outside")),
        share("ping_pong", titles("Gidip gelen", "Ping-pong"), ("back",), _TALKED),
    ),
    by=("queue", "pair", "agent", "category"),
    default=("pair",),
    filters=("queue", "agent", "category"),
    chart="transferred",
    ranked="contacts",
)
