"""What reviewers confirmed and corrected, as a local set for `vamco vision adapt`: pictures of plates and what stands on them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from django.db import transaction

from vamco.kernel.base import clock
from vamco.kernel.base.audit import public as audit
from vamco.systems.traffic.contracts import CHAIN
from vamco.systems.traffic.models import Correction
from vamco.systems.traffic.queries import violations

if TYPE_CHECKING:
    from pathlib import Path

PLATE = "plate.jpg"
_NOT = ("rejected", "cancelled")


def export(folder: Path) -> int:
    """Write the pictures that are still kept, and `truth.json` with their texts, into a folder; returns how many.

    What was rejected or cancelled afterwards teaches nothing. The folder holds personal data: it stays on this machine, readable
    by its owner only.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    rows = Correction.objects.exclude(violation__case__state__in=_NOT).select_related(
        "violation__evidence__file__content"
    )
    entries = []
    for row in rows.order_by("pk").iterator():
        if PLATE not in violations.names(row.violation):
            continue
        name = f"{row.pk:08d}.jpg"
        (folder / name).write_bytes(violations.part(row.violation, PLATE))
        entries.append({"crop": name, "text": row.text, "read": row.read, "camera": row.violation.camera_id})
    (folder / "truth.json").write_text(json.dumps(entries, ensure_ascii=False, indent=1), encoding="utf-8")
    with transaction.atomic():
        audit.record(
            "traffic.export_corrections",
            actor=audit.SYSTEM,
            chain=CHAIN,
            subject=f"corrections:{clock.today().isoformat()}",
            detail={"plates": len(entries)},
        )
    return len(entries)
