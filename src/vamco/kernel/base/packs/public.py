from vamco.kernel.base.packs.contracts import Difference, Edit, Fault, PackRefused, Words
from vamco.kernel.base.packs.declaration import Item, PackItem
from vamco.kernel.base.packs.queries.edits import by_item as edits
from vamco.kernel.base.packs.queries.edits import province
from vamco.kernel.base.packs.rules.references import AGENCY, Ref
from vamco.kernel.base.packs.services.checking import check, remarks
from vamco.kernel.base.packs.services.editing import EditRefused, edit, take_back
from vamco.kernel.base.packs.services.exporting import export
from vamco.kernel.base.packs.services.loading import Report, load
from vamco.kernel.base.packs.services.rows import DELETE, Rows
from vamco.kernel.base.packs.services.sections import (
    Contents,
    Located,
    Section,
    is_base,
    need,
    only_kept,
    register,
    sections,
)
from vamco.kernel.base.packs.services.successions import Succession, check_renamed
from vamco.kernel.base.packs.services.versioned import Stamp, Versioned, asked_once

__all__ = [
    "AGENCY",
    "DELETE",
    "Contents",
    "Difference",
    "Edit",
    "EditRefused",
    "Fault",
    "Item",
    "Located",
    "PackItem",
    "PackRefused",
    "Ref",
    "Report",
    "Rows",
    "Section",
    "Stamp",
    "Succession",
    "Versioned",
    "Words",
    "asked_once",
    "check",
    "check_renamed",
    "edit",
    "edits",
    "export",
    "is_base",
    "load",
    "need",
    "only_kept",
    "province",
    "register",
    "remarks",
    "sections",
    "take_back",
]
