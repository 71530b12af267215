"""How the desk's own kinds of cases show: what one agency asks of another."""

from __future__ import annotations

from typing import Final

from vamco.web.casework import Face, Look
from vamco.web.components import Tone

REQUEST: Final = Face(
    looks={
        "send_back": Look(icon="undo", tone=Tone.WATCH),
        "withdraw": Look(icon="back", tone=Tone.NONE, danger=True),
        "refuse": Look(danger=True),
    },
    fruitless=frozenset({"withdrawn", "refused"}),
)
OPINION: Final = Face(looks={"decline": Look(icon="undo", danger=True)}, fruitless=frozenset({"declined"}))
