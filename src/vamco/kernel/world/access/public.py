from vamco.kernel.world.access.rules import NOWHERE, Grant, Scope
from vamco.kernel.world.access.services import Act, acts, allow, declare, demand, grants, scope, within

__all__ = ["NOWHERE", "Act", "Grant", "Scope", "acts", "allow", "declare", "demand", "grants", "scope", "within"]
