"""What identity brings to the page of one's own account."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext_lazy as _

from vamco.kernel.world.people import public as people
from vamco.systems.identity import public
from vamco.web.account import Entry

if TYPE_CHECKING:
    from vamco.kernel.world.people.public import Person


def _with_password(reader: Person) -> bool:
    """Whether somebody logs in with a password."""
    account = public.of_person(reader)
    return account is not None and account.has_usable_password()


def _official(reader: Person) -> bool:
    """Whether somebody holds a post today."""
    return people.memberships(reader).exists()


ENTRIES: Final = (
    Entry(
        label=_("Where you are signed in"),
        text=_("Every phone and computer, and how to end a sign-in."),
        url_name="identity:stays",
        icon="watch",
        order=10,
    ),
    Entry(
        label=_("Log-in history"),
        text=_("When you signed in, and when somebody failed with your name."),
        url_name="identity:history",
        icon="list",
        order=20,
    ),
    Entry(
        label=_("Passkeys"),
        text=_("Log in with the fingerprint, the face or the PIN of your device."),
        url_name="identity:passkeys",
        icon="shield",
        order=30,
    ),
    Entry(
        label=_("Contacts"),
        text=_("Your mobile number and e-mail address, and whether they are verified."),
        url_name="identity:contacts",
        icon="bell",
        order=40,
    ),
    Entry(
        label=_("Password"),
        text=_("Choose another password, if you log in with one."),
        url_name="identity:password",
        icon="lock",
        order=50,
        concerns=_with_password,
    ),
    Entry(
        label=_("Authenticator app"),
        text=_("The second step after the password, and its recovery codes."),
        url_name="identity:app",
        icon="checks",
        order=60,
        concerns=_with_password,
    ),
    Entry(
        label=_("My posts"),
        text=_("What you are in which agency, who acts for you while you are away, and for whom you act."),
        url_name="identity:own_posts",
        icon="calendar",
        order=70,
        concerns=_official,
    ),
)
