"""The front door: may data be used for a purpose, and what a room holds of persons."""

from vamco.systems.privacy.contracts import (
    Clock,
    ConsentStep,
    ConsentView,
    Erased,
    Holding,
    Line,
    Looks,
    LookView,
    Purpose,
    RequestView,
    Right,
    Rule,
    Section,
    Term,
)
from vamco.systems.privacy.queries.breaches import Breach, BreachView, Deadline, breach, breach_list
from vamco.systems.privacy.queries.consents import allowed, consented
from vamco.systems.privacy.queries.consents import history as consent_history
from vamco.systems.privacy.queries.consents import of_person as consents_of
from vamco.systems.privacy.queries.consents import one as consent_of
from vamco.systems.privacy.queries.looks import of_person as looks_at
from vamco.systems.privacy.queries.requests import export_of, offices, own_case, principals
from vamco.systems.privacy.queries.requests import own as own_requests
from vamco.systems.privacy.queries.requests import view as request_view
from vamco.systems.privacy.queries.retention import RetentionRun, last_runs
from vamco.systems.privacy.queries.table import rules as retention_table
from vamco.systems.privacy.queries.table import settings, term
from vamco.systems.privacy.services.breaches import (
    BreachFacts,
    amend,
    mark_sent,
    record_breach,
    tell_concerned,
    write_document,
)
from vamco.systems.privacy.services.consents import set_consent
from vamco.systems.privacy.services.exports import fetch as fetch_export
from vamco.systems.privacy.services.registry import holdings, register
from vamco.systems.privacy.services.requests import act as act_on_request
from vamco.systems.privacy.services.requests import ask

__all__ = [
    "Breach",
    "BreachFacts",
    "BreachView",
    "Clock",
    "ConsentStep",
    "ConsentView",
    "Deadline",
    "Erased",
    "Holding",
    "Line",
    "LookView",
    "Looks",
    "Purpose",
    "RequestView",
    "RetentionRun",
    "Right",
    "Rule",
    "Section",
    "Term",
    "act_on_request",
    "allowed",
    "amend",
    "ask",
    "breach",
    "breach_list",
    "consent_history",
    "consent_of",
    "consented",
    "consents_of",
    "export_of",
    "fetch_export",
    "holdings",
    "last_runs",
    "looks_at",
    "mark_sent",
    "offices",
    "own_case",
    "own_requests",
    "principals",
    "record_breach",
    "register",
    "request_view",
    "retention_table",
    "set_consent",
    "settings",
    "tell_concerned",
    "term",
    "write_document",
]
