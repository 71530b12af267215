"""A copy of all that is held of a person: made by a job, under a key of its own, given out once, then gone."""

from __future__ import annotations

import datetime as dt
import io
import json
import zipfile
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext

from vamco.kernel.base import clock
from vamco.kernel.base.audit import public as audit
from vamco.kernel.record.files import public as files
from vamco.kernel.work.cases import public as cases
from vamco.kernel.work.notices import public as notices
from vamco.kernel.world.people import public as people
from vamco.lib.errors import N_, Missing, Refused
from vamco.lib.time import HCM
from vamco.systems.privacy.models import Export
from vamco.systems.privacy.queries import requests as queries
from vamco.systems.privacy.queries import table
from vamco.systems.privacy.rules import sealing
from vamco.systems.privacy.services import registry, requests
from vamco.systems.privacy.services.consents import CHAIN

if TYPE_CHECKING:
    from uuid import UUID

    from vamco.kernel.world.people.models import Person
    from vamco.systems.privacy.contracts import Section

seal = people.seal


def make(export_id: UUID) -> None:
    """Make a copy that waits; nothing where it is made already, so a job that a crash has cut short begins anew."""
    row = Export.objects.select_related("person").filter(pk=export_id, state="waiting").first()
    if row is None:
        return
    content = bundle(row.person)
    key, closed = sealing.close(content, row.context)
    now = clock.now()
    until = now + dt.timedelta(days=table.settings().export_days)
    with transaction.atomic():
        found = Export.objects.select_for_update().filter(pk=export_id, state="waiting").first()
        if found is None:
            return
        found.file = files.store(
            io.BytesIO(closed),
            name=f"{found.pk}.bin",
            owner=f"privacy_export:{found.pk}",
            keep_until=until.astimezone(HCM).date(),
        )
        seal(found, key)
        found.sha256, found.size, found.made_at, found.expires_at = sealing.digest(content), len(content), now, until
        found.state = "ready"
        found.save()
        audit.record(
            "privacy.make_export",
            actor=requests.MACHINE.actor,
            chain=CHAIN,
            subject=f"person:{found.person_id}",
            detail={"export": str(found.pk), "sha256": found.sha256},
        )
        requests.carried_out(found.request_id, _note(found))
        case = cases.by_id([found.request_id])[found.request_id]
        notices.send(
            "privacy.export_ready",
            row.person,
            {"number": cases.number(case), "until": until},
            key=f"privacy:export:{found.pk}",
            about=f"case:{case.pk}",
            url=queries.own_address(case.pk),
        )


def fetch(export_id: UUID, person: Person) -> bytes:
    """Give a copy to the person whose data it holds, once; then its key and its content are gone. To others it does not exist."""
    with transaction.atomic():
        row = (
            Export.objects.select_for_update(of=("self",))
            .filter(pk=export_id, person=person)
            .select_related("file__content")
            .first()
        )
        if row is None:
            raise Missing("privacy.no_export", N_("There is no such copy."))
        if row.state == "waiting":
            raise Refused("privacy.export_waits", N_("The copy is still being made. Please look again in a moment."))
        if row.state != "ready" or row.file is None or (row.expires_at is not None and row.expires_at <= clock.now()):
            raise Refused(
                "privacy.export_gone",
                N_("This copy has been fetched or has expired, and was deleted. Please ask for a new one."),
            )
        content = sealing.open_(files.content_path(row.file).read_bytes(), people.unseal(row), row.context)
        if sealing.digest(content) != row.sha256:
            raise Refused(
                "privacy.export_gone",
                N_("This copy has been fetched or has expired, and was deleted. Please ask for a new one."),
            )
        _end(row, "fetched")
        audit.record(
            "privacy.fetch_export",
            actor=str(person.pk),
            chain=CHAIN,
            subject=f"person:{person.pk}",
            detail={"export": str(row.pk)},
        )
    sweep()
    return content


def sweep() -> int:
    """End copies whose days are over, and drop the contents of those that have ended; return how many contents went."""
    with transaction.atomic():
        over = Export.objects.select_for_update(skip_locked=True).filter(state="ready", expires_at__lte=clock.now())
        for row in over:
            _end(row, "expired")
    dropped = 0
    for row in Export.objects.filter(state__in=["fetched", "expired"], file__isnull=False).select_related("file"):
        with transaction.atomic():
            if row.file is not None and (row.file.dropped_at is not None or files.drop(row.file.pk)):
                dropped += Export.objects.filter(pk=row.pk).update(file=None)
    return dropped


def _end(row: Export, state: str) -> None:
    """Throw the key away: from here on nobody reads the content, wherever it lies."""
    seal(row, "")
    row.state, row.ended_at = state, clock.now()
    row.save(update_fields=["sealed", "blind", "key", "state", "ended_at"])


def bundle(person: Person) -> bytes:
    """Return the ZIP: data for machines, a page for people, and their fingerprints."""
    language = notices.settings_of(person).language
    sections = [section for holding in registry.holdings() for section in holding.sections(person)]
    with translation.override(language):
        told = [_told(section) for section in sections]
        data = json.dumps(
            {"made_at": clock.now().isoformat(), "sections": [_plain(section) for section in sections]},
            ensure_ascii=False,
            indent=1,
        )
        page = render_to_string(
            "privacy/export.html", {"person": person, "sections": told, "made_at": clock.now(), "language": language}
        )
    parts = {"data.json": data.encode(), "index.html": page.encode()}
    parts["SHA256SUMS"] = "".join(f"{sealing.digest(content)}  {name}\n" for name, content in parts.items()).encode()
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


def _plain(section: Section) -> dict[str, Any]:
    return {
        "title": section.title,
        "records": [[[line.name, line.value] for line in record] for record in section.records],
    }


def _told(section: Section) -> dict[str, Any]:
    records = [[(gettext(line.name), line.value) for line in record if line.value] for record in section.records]
    return {"title": gettext(section.title), "records": records}


def _note(row: Export) -> str:
    with translation.override("vi"):
        return gettext("The copy has been made. SHA-256: %(sum)s. It can be downloaded once.") % {"sum": row.sha256}
