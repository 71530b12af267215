"""Where contents lie, behind one port: a folder, or a bucket that speaks S3."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings

from vamco.kernel.record.files.adapters.stores.disk import Disk

if TYPE_CHECKING:
    from vamco.kernel.record.files.contracts import Store


def folder() -> Path:
    """Give the folder of this machine in which files are received."""
    return Path(settings.VAMCO_DATA) / "files"


def store() -> Store:
    """Give the store that the operator has set."""
    if settings.VAMCO_FILES is None:
        return Disk(folder())
    from vamco.kernel.record.files.adapters.stores.s3 import Bucket

    return Bucket(settings.VAMCO_FILES.get_secret_value(), Disk(folder() / "fetched"))
