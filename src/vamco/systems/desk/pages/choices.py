"""Which act lies open on the page of a case, which stand beside it, and which are asked about once more."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vamco.kernel.work.cases import public as cases
    from vamco.web.casework import Face


@dataclass(frozen=True)
class Choices:
    """The acts of a reader: `main` brings the case on, None where none does; `grave` ones end it without a result."""

    main: cases.Act | None
    beside: tuple[cases.Act, ...]
    grave: tuple[cases.Act, ...]


def choices(definition: cases.Definition, state: str, acts: Sequence[cases.Act], face: Face) -> Choices:
    """Sort acts by what they do to a case: nearer to its result is the default, whatever the order of the definition."""
    grave = tuple(act for act in acts if is_grave(definition, act, face))
    others = [act for act in acts if act not in grave]
    steps = _steps_to_result(definition, face)
    forward = [act for act in others if steps.get(act.target or state, _FAR) < steps.get(state, _FAR)]
    main = min(forward, key=lambda act: steps[act.target]) if forward else None
    return Choices(main, tuple(act for act in others if act is not main), grave)


def is_grave(definition: cases.Definition, act: cases.Act, face: Face) -> bool:
    """Return whether an act ends a case without a result, or is marked as dangerous: then it is confirmed on a page of its own."""
    look = face.looks.get(act.code)
    return bool(look and look.danger) or act.target in _fruitless(definition, face)


_FAR = 10**6


def _fruitless(definition: cases.Definition, face: Face) -> frozenset[str]:
    """Return the final states that are no result; a case that is merged goes on in another and is none of them."""
    return face.fruitless | {definition.called_back} - {""}


def _steps_to_result(definition: cases.Definition, face: Face) -> dict[str, int]:
    """Return, by state, by how few acts a case can come to a result from there."""
    merged = {act.target for act in definition.acts.values() if act.effect == "merge"}
    none = _fruitless(definition, face) | merged
    steps = {code: 0 for code, state in definition.states.items() if state.final and code not in none}
    distance = 0
    while True:
        distance += 1
        new = {
            source
            for act in definition.acts.values()
            if steps.get(act.target) == distance - 1
            for source in act.sources
            if source not in steps
        }
        if not new:
            return steps
        steps |= dict.fromkeys(new, distance)
