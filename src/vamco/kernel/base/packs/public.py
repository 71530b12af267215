from vamco.kernel.base.packs.errors import Fault, PackRefused
from vamco.kernel.base.packs.reading import Item
from vamco.kernel.base.packs.services import Contents, Located, Report, Section, check, load, register, sections

__all__ = [
    "Contents",
    "Fault",
    "Item",
    "Located",
    "PackRefused",
    "Report",
    "Section",
    "check",
    "load",
    "register",
    "sections",
]
