"""What the rights of data subjects are called, and what they mean in plain words. Pure."""

from __future__ import annotations

from typing import Final

from vamco.lib.errors import N_
from vamco.systems.privacy.contracts import Right

TITLES: Final[dict[Right, str]] = {
    Right.KNOW: N_("Tell me and show me which data you hold"),
    Right.CORRECT: N_("Correct my data"),
    Right.DELETE: N_("Delete my data"),
    Right.RESTRICT: N_("Restrict what is done with my data"),
    Right.OBJECT: N_("Object to what is done with my data"),
    Right.WITHDRAW: N_("Withdraw consent and end what it allowed"),
    Right.EXPORT: N_("Give me a copy of my data"),
    Right.COMPLAIN: N_("Complain about how my data are handled"),
}
MEANINGS: Final[dict[Right, str]] = {
    Right.KNOW: N_("The agency says which data it holds about you, what for, and who gets them."),
    Right.CORRECT: N_("A name, a contact or another entry is wrong. What your eID says counts for name and number."),
    Right.DELETE: N_(
        "What no law asks to keep is deleted or made anonymous. You get a report of what was and what was not."
    ),
    Right.RESTRICT: N_("The data stay, but are not used while a question is being settled."),
    Right.OBJECT: N_("You say why a use of your data should end; the agency weighs it and answers."),
    Right.WITHDRAW: N_(
        "For consent that you gave on paper or at a counter. What you agreed to here you withdraw on the page of consents, at once."
    ),
    Right.EXPORT: N_("A ZIP file with all that this platform holds about you, to be downloaded once within some days."),
    Right.COMPLAIN: N_("The agency examines it and answers. You may also go to the authority for personal data."),
}
ASKS: Final[dict[Right, str]] = {
    Right.KNOW: N_("What would you like to know?"),
    Right.CORRECT: N_("What is wrong, and what should stand there?"),
    Right.DELETE: N_("Which data, and why?"),
    Right.RESTRICT: N_("Which use of your data, and why?"),
    Right.OBJECT: N_("Which use of your data, and why?"),
    Right.WITHDRAW: N_("Which consent, given when and where?"),
    Right.EXPORT: N_("Anything to add? (may stay empty)"),
    Right.COMPLAIN: N_("What happened?"),
}
