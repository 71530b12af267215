from vamco.kernel.world.access.contracts import Act, Explanation, Reach, Verdict
from vamco.kernel.world.access.explaining import explain
from vamco.kernel.world.access.queries import agency_ids, allow, grants, on_behalf, reach, scope, stands_for, within
from vamco.kernel.world.access.rules import NOWHERE, Grant, Scope
from vamco.kernel.world.access.services import acts, declare, demand

__all__ = [
    "NOWHERE",
    "Act",
    "Explanation",
    "Grant",
    "Reach",
    "Scope",
    "Verdict",
    "acts",
    "agency_ids",
    "allow",
    "declare",
    "demand",
    "explain",
    "grants",
    "on_behalf",
    "reach",
    "scope",
    "stands_for",
    "within",
]
