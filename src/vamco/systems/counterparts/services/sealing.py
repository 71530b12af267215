"""What messages, answers and parcels hold is kept sealed."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from vamco.kernel.world.people import public as people
from vamco.systems.counterparts.models import Content

if TYPE_CHECKING:
    from collections.abc import Mapping


def put(of: str, content: Mapping[str, Any]) -> None:
    """Keep a content sealed, in the act's own transaction."""
    row = Content(of=of)
    people.seal(row, json.dumps(content, ensure_ascii=False, sort_keys=True))
    row.save()


def forget(of: str) -> None:
    """Throw a content away."""
    Content.objects.filter(of=of).delete()
