"""What an administrator tries on the first day: systems bring steps, the page shows them in order.

A step does the real thing once (sends a message, collects from a source) and says what happened.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from vamco.lib.registry import Registry

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from vamco.kernel.world.people.models import Person
    from vamco.web.components import Text, Tone


@dataclass(frozen=True)
class Outcome:
    """What happened, in the reader's language, one sentence a line."""

    tone: Tone
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Entry:
    """What the step needs to know: one field, a text or a choice of (value, label). Without a label it needs nothing."""

    label: str = ""
    type: str = "text"
    choices: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class FirstStep:
    """A step: `ready` says what is missing before it can be tried, "" when nothing is; `run` takes the person and the entry."""

    code: str
    order: int
    title: Text
    text: Text
    action: Text
    entry: Callable[[], Entry]
    ready: Callable[[], str]
    run: Callable[[Person, str], Outcome]


_steps: Registry[str, FirstStep] = Registry("step of the first day")


def register(step: FirstStep) -> None:
    """Add a step; TypeError when there is another of that code."""
    _steps.add(step.code, step)


def steps() -> Mapping[str, FirstStep]:
    """Return all steps in their order."""
    return dict(sorted(_steps.items(), key=lambda found: found[1].order))
