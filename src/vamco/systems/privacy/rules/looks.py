"""What acts in the audit log mean to the person whose data they concern. Pure.

What is not listed here is shown in general words: nothing that concerns a person is left out because nobody has described it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from vamco.lib.errors import N_


@dataclass(frozen=True)
class Meaning:
    """An act in plain words (a msgid); `looked`: somebody saw data, and did not change them."""

    said: str
    looked: bool = False


GENERAL: Final = Meaning(N_("An act that concerns you was recorded"))
ACTS: Final[dict[str, Meaning]] = {
    "people.see_number": Meaning(N_("Viewed one of your identity numbers in full"), looked=True),
    "audit.access": Meaning(N_("Viewed your data"), looked=True),
    "hub.see_personal": Meaning(N_("Viewed your data in a delivery of data"), looked=True),
    "files.view_original": Meaning(N_("Opened the original of a file that you handed in"), looked=True),
    "web.export_table": Meaning(N_("Exported a list that names you"), looked=True),
    "onestop.see_paper": Meaning(N_("Opened a paper of your dossier"), looked=True),
    "onestop.see_document": Meaning(N_("Opened a document of your dossier"), looked=True),
    "onestop.look_up_person": Meaning(N_("Found you by your number at the counter"), looked=True),
    "identity.look_up_person": Meaning(N_("Found you by your number to make you an official"), looked=True),
    "people.add": Meaning(N_("Entered you as a person on the platform")),
    "people.record_number": Meaning(N_("Recorded one of your identity numbers")),
    "people.end_number": Meaning(N_("Ended one of your identity numbers")),
    "people.appoint": Meaning(N_("Appointed you to a post")),
    "people.dismiss": Meaning(N_("Ended one of your posts")),
    "people.substitute": Meaning(N_("Recorded who stands in for you")),
    "people.end_substitution": Meaning(N_("Ended a substitution of yours")),
    "people.give_mandate": Meaning(N_("Recorded a mandate that concerns you")),
    "people.end_mandate": Meaning(N_("Ended a mandate that concerns you")),
    "identity.open_account": Meaning(N_("Opened your account")),
    "identity.lock": Meaning(N_("Locked your account")),
    "identity.unlock": Meaning(N_("Unlocked your account")),
    "notices.set_contact": Meaning(N_("Recorded an address at which you are notified")),
    "notices.forget_contact": Meaning(N_("Deleted an address at which you were notified")),
    "notices.consent": Meaning(N_("Recorded whether you agree to be written to at an address")),
    "notices.prefer": Meaning(N_("Changed how you are notified")),
    "notices.set_recipient": Meaning(N_("Changed your language or your quiet hours")),
    "notices.forget": Meaning(N_("Deleted your notices and addresses")),
    "privacy.consent": Meaning(N_("Recorded that you gave or withdrew consent")),
    "privacy.erase": Meaning(N_("Deleted or anonymised data about you")),
    "privacy.make_export": Meaning(N_("Made a copy of your data for you")),
    "privacy.tell_concerned": Meaning(N_("Notified you of a data breach that concerns you")),
}


def meaning(act: str) -> Meaning:
    """Return what an act means to the person concerned."""
    return ACTS.get(act, GENERAL)
