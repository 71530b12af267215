"""What the nightly run over the retention table found and did."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from vamco.systems.privacy.models import RetentionRun

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["RetentionRun", "last_runs"]
SHOWN: Final = 7


def last_runs() -> Sequence[RetentionRun]:
    """Return the last runs with their lines, the newest first."""
    return list(RetentionRun.objects.order_by("-pk").prefetch_related("lines")[:SHOWN])
