from vamco.systems.tickets.contracts import Figures, TicketView
from vamco.systems.tickets.models import Announcement, Counter, Device, Ticket
from vamco.systems.tickets.queries import figures, has_hall, serving
from vamco.systems.tickets.services.calling import link
from vamco.systems.tickets.services.queue import take

__all__ = [
    "Announcement",
    "Counter",
    "Device",
    "Figures",
    "Ticket",
    "TicketView",
    "figures",
    "has_hall",
    "link",
    "serving",
    "take",
]
