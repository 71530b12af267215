"""Screens and kiosks: each knows a secret of its own, shown once when it is set up."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from django.db import transaction

from vamco.kernel.base import clock
from vamco.kernel.base.audit import public as audit
from vamco.lib.errors import N_, Missing
from vamco.systems.tickets import queries
from vamco.systems.tickets.models import Device

if TYPE_CHECKING:
    from vamco.kernel.world.people.models import Person
    from vamco.systems.tickets.contracts import DeviceKind


def set_up(office: str, kind: DeviceKind, name: str, by: Person) -> tuple[Device, str]:
    """Register a device of a hall that the person manages; return it with its secret, which is not kept."""
    where = queries.managed(by, office)
    secret = secrets.token_urlsafe(24)
    with transaction.atomic():
        made = Device.objects.create(
            office=where,
            kind=kind,
            name=name,
            digest=queries.digest(secret),
            set_up_by=by,
            set_up_at=clock.now(),
        )
        audit.record(
            "tickets.set_up_device",
            actor=by.actor,
            chain=where.code,
            subject=f"hall_device:{made.pk}",
            detail={"kind": kind},
        )
    return made, secret


def revoke(number: int, office: str, by: Person) -> None:
    """Let a device show nothing any more."""
    where = queries.managed(by, office)
    with transaction.atomic():
        found = Device.objects.select_for_update().filter(pk=number, office=where, revoked_at=None).first()
        if found is None:
            raise Missing("tickets.no_device", N_("There is no such device."))
        found.revoked_at = clock.now()
        found.save(update_fields=["revoked_at"])
        audit.record("tickets.revoke_device", actor=by.actor, chain=where.code, subject=f"hall_device:{found.pk}")
