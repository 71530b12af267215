"""What keeps a finding from going on by itself, and what lets it fall. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from vamco.engines.vision.contracts import Passage

ASSIST: Final = "no_helmet_seen"
"""Never a case of its own: an assist for whoever reviews."""
KNOWN: Final = frozenset({"swapped", "clock", "shed", "priority", "carried", "readers_disagree", "night"})
_SAID: Final = frozenset({"swapped", "clock", "shed", "priority", "carried"})


def of_passage(passage: Passage, *, weakest: float) -> tuple[str, ...]:
    """Return the codes of reasons for which a person must look at whatever is found in a passage.

    A swap of tracks (TC-04), a clock that is off (TC-02), shed frames, a priority vehicle, a vehicle that is carried; a plate that
    is missing, incomplete (TC-06), read with one weak character (TC-08), or read otherwise by the second reader.
    """
    found = set(passage.doubt & _SAID)
    plate = passage.plate
    if plate is None or not plate.text:
        found.add("no_plate")
    elif not plate.complete:
        found.add("incomplete")
    elif plate.confidence < weakest:
        found.add("weak_character")
    second = passage.second
    if plate is not None and second is not None and second.complete and second.text != plate.text:
        found.add("readers_disagree")
    return tuple(sorted(found))
