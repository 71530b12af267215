from vamco.kernel.record.files.contracts import AS_DELIVERED, EXTENSIONS, FROM_PEOPLE, Kind, Scan, Terms
from vamco.kernel.record.files.models import File
from vamco.kernel.record.files.queries import (
    Served,
    by_id,
    content_path,
    contents,
    contents_folder,
    facts,
    find,
    holds,
    latest,
    link,
    linked,
    owned_by,
    served,
)
from vamco.kernel.record.files.rules.media import media_type
from vamco.kernel.record.files.services.keeping import drop, keep, original, retain, store
from vamco.kernel.record.files.services.receiving import Examined, demand_few, examined, examined_together

__all__ = [
    "AS_DELIVERED",
    "EXTENSIONS",
    "FROM_PEOPLE",
    "Examined",
    "File",
    "Kind",
    "Scan",
    "Served",
    "Terms",
    "by_id",
    "content_path",
    "contents",
    "contents_folder",
    "demand_few",
    "drop",
    "examined",
    "examined_together",
    "facts",
    "find",
    "holds",
    "keep",
    "latest",
    "link",
    "linked",
    "media_type",
    "original",
    "owned_by",
    "retain",
    "served",
    "store",
]
