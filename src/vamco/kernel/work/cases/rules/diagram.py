"""A kind of case as a drawing: states in columns by how far they lie from the beginning, acts as arrows. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from vamco.kernel.work.cases.contracts import Act, Definition, State


@dataclass(frozen=True)
class Box:
    """A state in the drawing; column and row begin at 0."""

    state: State
    column: int
    row: int


@dataclass(frozen=True)
class Arrow:
    """The acts that lead from one state to another, in the definition's order; from a state to itself where they do not move."""

    source: str
    target: str
    acts: tuple[Act, ...]
    back: bool


@dataclass(frozen=True)
class Diagram:
    """Boxes and arrows; `columns` and `rows` say how large the drawing is."""

    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...]
    columns: int
    rows: int


def draw(definition: Definition) -> Diagram:
    """Give the drawing of a definition; final states stand in the last column."""
    depth = _depths(definition)
    columns: dict[int, list[str]] = {}
    for code in definition.states:
        columns.setdefault(depth[code], []).append(code)
    boxes = tuple(
        Box(definition.states[code], column, row)
        for column, codes in sorted(columns.items())
        for row, code in enumerate(codes)
    )
    ways: dict[tuple[str, str], list[Act]] = {}
    for act in definition.acts.values():
        for source in (code for code in definition.states if code in act.sources):
            ways.setdefault((source, act.target or source), []).append(act)
    arrows = tuple(
        Arrow(source, target, tuple(acts), depth[target] <= depth[source]) for (source, target), acts in ways.items()
    )
    return Diagram(boxes, arrows, max(columns) + 1, max(len(codes) for codes in columns.values()))


def _depths(definition: Definition) -> dict[str, int]:
    """Give how many acts each state lies from the first at least; final states, and what cannot be reached, come last."""
    depth, edge = {definition.initial: 0}, [definition.initial]
    while edge:
        found = {
            act.target: depth[source] + 1
            for source in edge
            for act in definition.acts.values()
            if source in act.sources and act.target and act.target not in depth
        }
        depth, edge = depth | found, list(found)
    running = [depth[code] for code, state in definition.states.items() if not state.final and code in depth]
    last = max(running, default=0) + 1
    return {
        code: last if state.final or code not in depth else depth[code] for code, state in definition.states.items()
    }
