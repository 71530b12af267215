"""What the architecture's tests ask for at this system's addresses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction

from vamco.kernel.base import clock
from vamco.kernel.base.events import public as events
from vamco.kernel.base.events.models import Delivery
from vamco.systems.hub import public as hub
from vamco.systems.hub.contracts import Delivery as Batch
from vamco.systems.hub.contracts import Layout
from vamco.vocab.hub import DatasetPublished

if TYPE_CHECKING:
    from tests.architecture.sample_objects import World

# A delivery of Finance.
SEEN = {"run_id": {"lanhdao", "vanphong", "thamdinh", "taichinh", "ioc", "kiemtoan", "quantri"}}


def make(world: World) -> dict[str, Any]:
    path = world.folder / f"{world.hidden}.csv"
    path.write_text(f"ma_so_doanh_nghiep;ten_doanh_nghiep\n1;{world.hidden}\n")
    run = hub.receive(
        "dkkd", Batch("tai-chinh", path.name, "text/csv", path, clock.now(), "", Layout("csv", delimiter=";"))
    )
    with transaction.atomic():
        events.emit(DatasetPublished("dkkd", 1, 1))
    Delivery.objects.update(state="dead", error="Error")
    return {
        "run_id": run.id,
        "row": 1,
        "dataset": "dkkd",
        "letter": Delivery.objects.latest("pk").pk,
        "source": "tai-chinh",
    }
