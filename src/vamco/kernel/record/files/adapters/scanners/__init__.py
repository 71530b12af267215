"""Virus scanners behind one port: clamd, and none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings

from vamco.kernel.record.files.adapters.scanners.clamd import Clamd

if TYPE_CHECKING:
    from vamco.kernel.record.files.contracts import Scanner


def scanner() -> Scanner | None:
    """Give the scanner that the operator has set, None without one."""
    return Clamd(settings.VAMCO_SCANNER) if settings.VAMCO_SCANNER else None
