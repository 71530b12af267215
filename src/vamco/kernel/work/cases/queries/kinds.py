"""What a system adds to a kind of cases."""

from __future__ import annotations

from collections.abc import Callable  # noqa: TC003  # see above
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from vamco.kernel.work.cases.models import Case, Entry


@dataclass(frozen=True)
class Kind:
    """What a system adds to a kind of case of its own. `on_act` runs inside the act's transaction and may refuse it.

    `url` gives the page of a case where that is not the one that all kinds share. `face` is how its cases show, for `web.casework`.
    `words` gives more text by which the search finds a case.
    """

    code: str
    url: Callable[[int], str] | None = None
    on_act: Callable[[Case, Entry], None] | None = None
    face: object = None
    words: Callable[[Case], str] | None = None
