from vamco.kernel.world.people.models import Membership, Person
from vamco.kernel.world.people.queries import home, memberships
from vamco.kernel.world.people.services import add, appoint, dismiss

__all__ = ["Membership", "Person", "add", "appoint", "dismiss", "home", "memberships"]
