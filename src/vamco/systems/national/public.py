from vamco.systems.national.contracts import FAULT, MANAGE, RESOLVE, Lag, Trouble, WaitingLine
from vamco.systems.national.queries import feeds, lag, stuck_arrivals, troubles, waiting
from vamco.systems.national.services.connecting import connected, filing_link
from vamco.systems.national.services.faults import leave, on_act, resend
from vamco.systems.national.services.lines import put
from vamco.systems.national.services.reading import read, read_again
from vamco.systems.national.services.sending import send, sweep

__all__ = [
    "FAULT",
    "MANAGE",
    "RESOLVE",
    "Lag",
    "Trouble",
    "WaitingLine",
    "connected",
    "feeds",
    "filing_link",
    "lag",
    "leave",
    "on_act",
    "put",
    "read",
    "read_again",
    "resend",
    "send",
    "stuck_arrivals",
    "sweep",
    "troubles",
    "waiting",
]
