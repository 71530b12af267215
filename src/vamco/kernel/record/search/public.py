from vamco.kernel.record.search.contracts import Hit, Item, Order, Page
from vamco.kernel.record.search.queries import search
from vamco.kernel.record.search.services import Source, kinds, put, register, reindex, remove

__all__ = ["Hit", "Item", "Order", "Page", "Source", "kinds", "put", "register", "reindex", "remove", "search"]
