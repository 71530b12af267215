"""Where wanted plates passed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from vamco.systems.traffic.models import HotHit

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True)
class Hit:
    """A wanted plate passed a camera."""

    plate: str
    camera_name: str
    camera_name_en: str
    at: dt.datetime
    told_at: dt.datetime | None


def newest(listed: Sequence[int], *, most: int = 50) -> list[Hit]:
    """Return where some entries of the list passed, the newest first; `listed` are those that the reader keeps."""
    rows = HotHit.objects.filter(hot__in=list(listed)).select_related("hot", "camera").order_by("-at")[:most]
    return [Hit(each.hot.plate, each.camera.name, each.camera.name_en, each.at, each.told_at) for each in rows]
