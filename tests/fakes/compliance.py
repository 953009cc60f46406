"""Consent, erasure and proof on a store, as the API takes them."""

from __future__ import annotations

from pathlib import Path
from tempfile import gettempdir
from typing import TYPE_CHECKING

from ivr.runtime.clock import SystemClock
from ivr.runtime.ids import Ulids
from ivr.store.compliance.chain import SqlAuditTrail
from ivr.store.compliance.consents import SqlConsents
from ivr.store.compliance.desk import Office
from ivr.store.compliance.destroying import SqlDestroying
from ivr.store.compliance.erasures import SqlErasures
from ivr.store.compliance.exports import SqlExports
from ivr.store.compliance.holds import SqlHolds
from ivr.store.compliance.pseudonyms import Pseudonyms
from ivr.store.intake.files import FileFolder
from ivr.web.api.compliance import ComplianceParts
from tests.fakes.ticket_house import ISTANBUL

if TYPE_CHECKING:
    from ivr.store import SqlStore
    from ivr.web.api import ApiParts
    from ivr.web.api.customers import CustomerParts

SECRET = b"a secret of thirty-two bytes here"


def compliance_parts(store: SqlStore, api: ApiParts, known: CustomerParts) -> ComplianceParts:
    """Everything of it; files are looked for where there are none."""
    database = store.database
    office = Office(Pseudonyms(SECRET), Ulids(SystemClock()).new, "TR")
    files = FileFolder(Path(gettempdir()) / "no-such-folder")
    return ComplianceParts(
        api=api,
        customers=known.customers,
        contacts=known.contacts,
        consents=SqlConsents(database, office),
        erasures=SqlErasures(database, office, files),
        holds=SqlHolds(database, office),
        exports=SqlExports(database, office),
        destroying=SqlDestroying(database, office, files),
        trail=SqlAuditTrail(database),
        zone=lambda: ISTANBUL,
    )
