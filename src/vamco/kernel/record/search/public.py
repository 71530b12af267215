from vamco.kernel.record.search.contracts import ANYWHERE, PUBLIC, Hit, Item, Order, Page, Source
from vamco.kernel.record.search.queries import search
from vamco.kernel.record.search.services import kinds, put, refresh, register, reindex, remove

__all__ = [
    "ANYWHERE",
    "PUBLIC",
    "Hit",
    "Item",
    "Order",
    "Page",
    "Source",
    "kinds",
    "put",
    "refresh",
    "register",
    "reindex",
    "remove",
    "search",
]
