from vamco.systems.counterparts.contracts import Answer, Doubt, FieldValue, Parcel, TaxAnswer, VehicleRecord
from vamco.systems.counterparts.queries import parcels, tax_answers
from vamco.systems.counterparts.services import post, tax
from vamco.systems.counterparts.services.correcting import report
from vamco.systems.counterparts.services.lines import NAMES, connected
from vamco.systems.counterparts.services.registers import extract, person
from vamco.systems.counterparts.services.vehicles import vehicle

__all__ = [
    "NAMES",
    "Answer",
    "Doubt",
    "FieldValue",
    "Parcel",
    "TaxAnswer",
    "VehicleRecord",
    "connected",
    "extract",
    "parcels",
    "person",
    "post",
    "report",
    "tax",
    "tax_answers",
    "vehicle",
]
