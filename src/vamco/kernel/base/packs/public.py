from vamco.kernel.base.packs.errors import Fault, PackRefused
from vamco.kernel.base.packs.reading import Item
from vamco.kernel.base.packs.rows import DELETE, Rows
from vamco.kernel.base.packs.services import Contents, Located, Report, Section, check, load, register, sections
from vamco.kernel.base.packs.versioned import Stamp, Versioned, asked_once

__all__ = [
    "DELETE",
    "Contents",
    "Fault",
    "Item",
    "Located",
    "PackRefused",
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
