"""The front door of payments.

Rooms above ask for money (`ask`), look at what became of it (`of`, or the event `payments.invoice_moved`), ask no longer (`cancel`) and ask
that money goes back (`refund`). They name what it is for by a subject of their own ("dossier:17").
"""

from vamco.systems.payments.contracts import (
    DECIDE_REFUND,
    PAY,
    RECONCILE,
    TAKE_CASH,
    InvoiceView,
    Line,
    RefundCause,
    RefundView,
    StatementRow,
    Transfer,
)
from vamco.systems.payments.models import Difference, Invoice, Receipt, Refund
from vamco.systems.payments.queries.invoices import account_of, due, gateway, of, own, own_open, reached, view
from vamco.systems.payments.services.attempts import begin, came_back, conclude, gateway_origin, notified
from vamco.systems.payments.services.cash import close as close_till
from vamco.systems.payments.services.cash import expected, open_till, pay_out
from vamco.systems.payments.services.cash import own as own_till
from vamco.systems.payments.services.cash import take as take_cash
from vamco.systems.payments.services.invoicing import ask, cancel
from vamco.systems.payments.services.issuing import make as make_receipt
from vamco.systems.payments.services.issuing import no_receipt, rule, void
from vamco.systems.payments.services.reconciling import (
    close_day,
    close_difference,
    look,
    read_statement,
    take_statement,
)
from vamco.systems.payments.services.refunding import ask as refund
from vamco.systems.payments.services.refunding import decide as decide_refund
from vamco.systems.payments.services.refunding import finish as finish_refund
from vamco.systems.payments.services.refunding import give_back
from vamco.systems.payments.services.taking_in import assign, keep, settle, waiting

__all__ = [
    "DECIDE_REFUND",
    "PAY",
    "RECONCILE",
    "TAKE_CASH",
    "Difference",
    "Invoice",
    "InvoiceView",
    "Line",
    "Receipt",
    "Refund",
    "RefundCause",
    "RefundView",
    "StatementRow",
    "Transfer",
    "account_of",
    "ask",
    "assign",
    "begin",
    "came_back",
    "cancel",
    "close_day",
    "close_difference",
    "close_till",
    "conclude",
    "decide_refund",
    "due",
    "expected",
    "finish_refund",
    "gateway",
    "gateway_origin",
    "give_back",
    "keep",
    "look",
    "make_receipt",
    "no_receipt",
    "notified",
    "of",
    "open_till",
    "own",
    "own_open",
    "own_till",
    "pay_out",
    "reached",
    "read_statement",
    "refund",
    "rule",
    "settle",
    "take_cash",
    "take_statement",
    "view",
    "void",
    "waiting",
]
