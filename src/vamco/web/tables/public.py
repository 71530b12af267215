from vamco.web.tables.answering import METHODS, MOST_PICKED, answer
from vamco.web.tables.contracts import Act, Asked, Listing, Outcome, Row, Slice, Source
from vamco.web.tables.downloads import table_file
from vamco.web.tables.drawing import Drawn
from vamco.web.tables.sources import Given, Records

__all__ = [
    "METHODS",
    "MOST_PICKED",
    "Act",
    "Asked",
    "Drawn",
    "Given",
    "Listing",
    "Outcome",
    "Records",
    "Row",
    "Slice",
    "Source",
    "answer",
    "table_file",
]
