"""Sending: what was prepared becomes a dossier, once, however often it is sent."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Final

from django.db import transaction

from vamco.kernel.base import clock
from vamco.kernel.base.audit import public as audit
from vamco.kernel.work.forms import public as forms
from vamco.lib.errors import N_, Refused
from vamco.systems.onestop import queries
from vamco.systems.onestop.models import Dossier, Preparation
from vamco.systems.onestop.rules import prechecks, prefilling
from vamco.systems.onestop.services import filing, preparing

if TYPE_CHECKING:
    from vamco.kernel.world.people.models import Person
    from vamco.systems.onestop.models import DossierPaper

SENDINGS: Final = uuid.UUID("6f0f7a86-6e8b-4a7e-9d62-0d1f7c8b5a31")


def seen(found: Preparation, papers: list[DossierPaper]) -> str:
    """Return what the check page shows, as a mark: sent back with the button, it says that nothing has changed since."""
    draft = found.draft
    facts = (
        draft.revision if draft else "",
        sorted(found.chosen.items()),
        [paper.pk for paper in papers],
        found.office_id,
        found.delivery,
        found.phone,
        found.email,
        found.address,
    )
    return uuid.uuid5(SENDINGS, repr(facts)).hex


def send(code: str, *, mark: str, by: Person) -> Dossier:
    """Send what was prepared. Sent again, by a second click, window or device, it is the same dossier.

    Refused when something is missing, when what was seen has changed, or a new version of the procedure is in force. All or nothing.
    """
    with transaction.atomic():
        found = preparing.get(code, by=by)
        # Joined rows would still be those from before the wait, so they are read afterwards.
        held = Preparation.objects.select_for_update().get(pk=found.pk)
        if held.dossier is not None:
            return held.dossier
        found = preparing.get(code, by=by)  # as it stands now that nobody else changes it
        papers = preparing.papers_of(found)
        if preparing.in_force(found.procedure.code).pk != found.procedure_id:
            raise Refused(
                "onestop.new_version", N_("The procedure has changed since. Look through your draft once more.")
            )
        if not preparing.check(found, papers).complete:
            raise Refused("onestop.incomplete", N_("Something is still missing. Nothing was sent."))
        if seen(found, papers) != mark:
            raise Refused("onestop.changed", N_("The answers were changed meanwhile. Look through them once more."))
        dossier = _file(found, papers, by)
        found.dossier, found.saved_at = dossier, clock.now()
        found.save(update_fields=["dossier", "saved_at"])
        audit.record("onestop.send", actor=by.actor, chain=preparing.CHAIN, subject=f"dossier:{dossier.pk}")
    return dossier


def _file(found: Preparation, papers: list[DossierPaper], by: Person) -> Dossier:
    item, draft = queries.PROCEDURES.get(found.procedure), found.draft
    assert draft is not None  # noqa: S101  # `get` gives none without
    assert found.office is not None  # noqa: S101  # the check asks for it
    _form, data = forms.finish(draft.code, by=by, seen=draft.revision)
    applying = {need.paper for need, _paper, how in preparing.needs(item, data) if how is not prechecks.Need.NONE}
    for paper in papers:
        if paper.paper not in applying:  # an answer has made it superfluous: it is not sent along
            preparing.drop_file(paper, actor=by.actor)
    return filing.file(
        filing.Filed(
            sending=uuid.uuid5(SENDINGS, found.code),
            procedure=found.procedure,
            applicant=preparing.applicant(found),
            by=by,
            office=found.office,
            channel="online",
            delivery=found.delivery,  # type: ignore[arg-type]  # the page takes what the procedure offers
            form=draft.form,
            answers=prefilling.restored(data, found.prefilled),
            papers=[paper for paper in papers if paper.paper in applying],
            phone=found.phone,
            email=found.email,
            address=found.address,
        )
    )
