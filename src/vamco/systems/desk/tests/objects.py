"""What the architecture's tests ask for at this system's addresses."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from vamco.kernel.base import clock
from vamco.kernel.base.events import public as events
from vamco.kernel.work.cases import public as cases
from vamco.kernel.work.notices import public as notices
from vamco.kernel.work.notices.tests.made import ASSIGNED
from vamco.systems.desk import services
from vamco.systems.desk.tests import made

if TYPE_CHECKING:
    from tests.architecture.sample_objects import World

# A directive of the Office to Finance, and its evidence.
PARTIES = {"lanhdao", "vanphong", "thamdinh", "taichinh", "sotaichinh", "truongphong"}
READERS = PARTIES | {"kiemtoan"}  # inspectors read all cases
SEEN = {"case_id": READERS, "file_id": READERS, "notice_id": {"sotaichinh"}}


def make(world: World) -> dict[str, Any]:
    office, finance = world.person("vanphong"), world.person("sotaichinh")
    case = made.directive(made.late(), office, text=f"Giải quyết {world.hidden}.")
    services.act(case.pk, "accept", by=finance, seen=1, note="", uploads=[])
    report = SimpleUploadedFile(f"{world.hidden}.pdf", made.PDF)
    services.act(case.pk, "report", by=finance, seen=2, note=world.hidden, uploads=[report])
    with transaction.atomic():
        notices.send("cases.assigned", finance, {**ASSIGNED, "title": world.hidden}, key="test")
    return {
        "place": made.COMMUNE.removeprefix("H53."),
        "agency": made.FINANCE,
        "case_id": case.pk,
        "file_id": cases.Entry.objects.get(act="report").files.get().pk,
        "notice_id": notices.inbox(finance, "vi").notices[0].id,
        "job": ProcrastinateJob.objects.latest("id").id,
        "system": "hub",
        "replay": events.replay("warnings.came", clock.now() - dt.timedelta(days=1), clock.now()),
    }
