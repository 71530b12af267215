from vamco.kernel.world.people.contracts import CitizenId, MaskedNumber
from vamco.kernel.world.people.models import Mandate, Membership, Organisation, Person, Position, Substitution
from vamco.kernel.world.people.queries.keys import keep
from vamco.kernel.world.people.queries.persons import (
    acting_for,
    by_id,
    find_by_number,
    get,
    home,
    mandates_given,
    mandates_held,
    memberships,
    numbers,
    staff,
    staff_below,
    substitutes,
)
from vamco.kernel.world.people.rules.formats import normal, read_citizen_id
from vamco.kernel.world.people.services.appointing import (
    add,
    add_organisation,
    appoint,
    dismiss,
    end_substitution,
    move,
    substitute,
)
from vamco.kernel.world.people.services.mandates import end_mandate, give_mandate
from vamco.kernel.world.people.services.numbering import (
<<<<<<< HEAD
    disclose_number,
=======
    blinds,
>>>>>>> account
    end_number,
    key_use,
    record_number,
    retire,
    rotate,
    seal,
    see_number,
    unseal,
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
    "blinds",
    "by_id",
    "disclose_number",
    "dismiss",
    "end_mandate",
    "end_number",
    "end_substitution",
    "find_by_number",
    "get",
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
    "staff_below",
    "substitute",
    "substitutes",
    "unseal",
]
