from vamco.kernel.base.packs.errors import Fault, PackRefused
from vamco.kernel.base.packs.reading import Item
from vamco.kernel.base.packs.references import AGENCY, Ref
from vamco.kernel.base.packs.rows import DELETE, Rows
from vamco.kernel.base.packs.services import Contents, Located, Report, Section, check, load, register, sections
from vamco.kernel.base.packs.versioned import Stamp, Versioned, asked_once

__all__ = [
    "AGENCY",
    "DELETE",
    "Contents",
    "Fault",
    "Item",
    "Located",
    "PackRefused",
    "Ref",
    "Report",
    "Rows",
    "Section",
    "Stamp",
    "Versioned",
    "asked_once",
    "check",
    "load",
    "register",
    "sections",
]
