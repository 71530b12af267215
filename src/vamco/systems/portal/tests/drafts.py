"""Announcements for the tests."""

from __future__ import annotations

import datetime as dt
from typing import Any

from vamco.kernel.base import clock
from vamco.systems.portal.contracts import DowntimeDraft


def draft(*, days: float = 20, hours: float = 4, **other: Any) -> DowntimeDraft:
    """A draft that begins in so many days and lasts so many hours."""
    begins = other.pop("begins", clock.now() + dt.timedelta(days=days))
    given = {
        "title": "Bảo trì cổng kiểm tra văn bản",
        "title_en": "Maintenance of the document check",
        "services": ("verify",),
        "begins": begins,
        "ends": begins + dt.timedelta(hours=hours),
        "reason": "Nâng cấp máy chủ.",
        "meanwhile": "Gọi 1022 hoặc đến Trung tâm Phục vụ hành chính công.",
        "meanwhile_en": "Call 1022 or go to the service centre.",
    }
    return DowntimeDraft(**{**given, **other})
