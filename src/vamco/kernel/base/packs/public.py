from vamco.kernel.base.packs.contracts import Fault, PackRefused
from vamco.kernel.base.packs.queries import Item
from vamco.kernel.base.packs.rules.references import AGENCY, Ref
from vamco.kernel.base.packs.services.loading import Contents, Located, Report, Section, check, load, register, sections
from vamco.kernel.base.packs.services.rows import DELETE, Rows
from vamco.kernel.base.packs.services.successions import Succession, check_renamed
from vamco.kernel.base.packs.services.versioned import Stamp, Versioned, asked_once

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
    "Succession",
    "Versioned",
    "asked_once",
    "check",
    "check_renamed",
    "load",
    "register",
    "sections",
]
