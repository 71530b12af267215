from vamco.kernel.world.people.contracts import CitizenId, MaskedNumber
from vamco.kernel.world.people.keys import keep
from vamco.kernel.world.people.mandates import end_mandate, give_mandate, mandates_given, mandates_held
from vamco.kernel.world.people.models import Mandate, Membership, Organisation, Person, Position, Substitution
from vamco.kernel.world.people.numbering import (
    end_number,
    key_use,
    record_number,
    retire,
    rotate,
    seal,
    see_number,
    unseal,
)
from vamco.kernel.world.people.queries import (
    acting_for,
    find_by_number,
    home,
    memberships,
    numbers,
    staff,
    substitutes,
)
from vamco.kernel.world.people.rules import normal, read_citizen_id
from vamco.kernel.world.people.services import (
    add,
    add_organisation,
    appoint,
    dismiss,
    end_substitution,
    move,
    substitute,
)

__all__ = [
    "CitizenId",
    "Mandate",
    "MaskedNumber",
    "Membership",
    "Organisation",
    "Person",
    "Position",
    "Substitution",
    "acting_for",
    "add",
    "add_organisation",
    "appoint",
    "dismiss",
    "end_mandate",
    "end_number",
    "end_substitution",
    "find_by_number",
    "give_mandate",
    "home",
    "keep",
    "key_use",
    "mandates_given",
    "mandates_held",
    "memberships",
    "move",
    "normal",
    "numbers",
    "read_citizen_id",
    "record_number",
    "retire",
    "rotate",
    "seal",
    "see_number",
    "staff",
    "substitute",
    "substitutes",
    "unseal",
]
