"""What the one-stop desk tells the systems."""

from __future__ import annotations

from dataclasses import dataclass

from vamco.vocab.language import event


@event("onestop.dossier_moved", version=1)
@dataclass(frozen=True, slots=True)
class DossierMoved:
    """A dossier has come to another state by an entry `seq` of its case, or was rated there; `status` is its national code 1 to 10 after it.

    `act` is the act of the kind `dossier` ("open" for the first). Times and names stand in the case; ask `onestop.dossier`.
    """

    case: int
    number: str
    seq: int
    act: str
    status: int


@event("onestop.dossier_synchronised", version=1)
@dataclass(frozen=True, slots=True)
class DossierSynchronised:
    """How far a dossier is synchronised with the national portal has changed: waiting, sent or failed. The dossier itself has not moved."""

    case: int
    state: str
