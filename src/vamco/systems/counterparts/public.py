from vamco.systems.counterparts.contracts import Answer, Doubt, FieldValue, Parcel, TaxAnswer
from vamco.systems.counterparts.queries import parcels, tax_answers
from vamco.systems.counterparts.services import post, tax
from vamco.systems.counterparts.services.correcting import report
from vamco.systems.counterparts.services.lines import NAMES, connected
from vamco.systems.counterparts.services.registers import extract, person

__all__ = [
    "NAMES",
    "Answer",
    "Doubt",
    "FieldValue",
    "Parcel",
    "TaxAnswer",
    "connected",
    "extract",
    "parcels",
    "person",
    "post",
    "report",
    "tax",
    "tax_answers",
]
