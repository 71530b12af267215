"""A wanted plate passes: officials are notified within seconds, once for each passage, in the transaction that takes the passage in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.db import transaction

from vamco.kernel.base import clock
from vamco.kernel.base.audit import public as audit
from vamco.kernel.work.notices import public as notices
from vamco.kernel.world.access import public as access
from vamco.kernel.world.people import public as people
from vamco.lib.time import HCM
from vamco.systems.traffic.contracts import CHAIN, TOLD_HOT
from vamco.systems.traffic.models import Camera, HotHit, HotPlate
from vamco.systems.traffic.queries import table

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from vamco.engines.vision.contracts import Passage
    from vamco.kernel.world.agencies.models import Agency
    from vamco.kernel.world.people.models import Person

NOTICE: Final = "traffic.hot_hit"


def note(passages: Sequence[Passage], fresh: Collection[str]) -> int:
    """Record which of the passages that are new were of wanted plates, and notify; returns how many hits there were.

    An incomplete plate matches nothing (TC-06), an entry counts up to its last day in Vietnam, that day included.
    """
    new = frozenset(fresh)
    plates = {each.plate.text for each in passages if each.key in new and each.plate and each.plate.complete}
    if not plates:
        return 0
    wanted = list(
        HotPlate.objects.filter(plate__in=plates, ended_at=None, until__gte=clock.today()).select_related("agency")
    )
    hits = [
        (hot, each)
        for hot in wanted
        for each in passages
        if each.key in new and each.plate and each.plate.complete and each.plate.text == hot.plate
        if each.first_at.astimezone(HCM).date() <= hot.until
    ]
    if not hits:
        return 0
    cameras = {camera.code: camera for camera in Camera.objects.filter(code__in={each.camera for _hot, each in hits})}
    weakest = table.settings().weakest
    return sum(_hit(hot, each, cameras[each.camera], weakest) for hot, each in hits)


def _hit(hot: HotPlate, passage: Passage, camera: Camera, weakest: float) -> bool:
    with transaction.atomic():
        hit, new = HotHit.objects.get_or_create(
            hot=hot,
            passage=passage.key,
            defaults={"camera": camera, "at": passage.first_at, "told_at": clock.now()},
        )
        if not new:
            return False
        sure = passage.plate is not None and passage.plate.confidence >= weakest
        notices.send(
            NOTICE,
            holders(TOLD_HOT, hot.agency),
            {
                "camera": camera.name,
                "camera_en": camera.name_en,
                "at": passage.first_at,
                "check": "" if sure else " Ký tự đọc chưa chắc, hãy xem lại ảnh.",
                "check_en": "" if sure else " The reading is uncertain, check the picture.",
            },
            key=f"{NOTICE}:{hit.pk}",
            about=f"hot_hit:{hit.pk}",
            url="/traffic/wanted",
        )
        audit.record(
            "traffic.hot_hit",
            actor=audit.SYSTEM,
            chain=CHAIN,
            subject=f"hot_plate:{hot.pk}",
            detail={"camera": camera.code, "hit": hit.pk},
        )
    return True


def holders(act: str, agency: Agency) -> list[Person]:
    """Return who holds an act for an agency today."""
    roles = [code for code, role in access.roles().items() if act in role.acts]
    persons = {row.person_id: row.person for row in people.holders(roles, clock.today())}
    return [person for _pk, person in sorted(persons.items()) if access.allow(person, act, agency)]
