from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.conf import settings

DEMO_LOG_INS = "demo-logins.json"  # {"password": "…", "people": [{"username": "…", "name": "…", "title": "…"}]}


def demonstration_log_ins() -> dict[str, Any] | None:
    """The log-ins that the demonstration offers to everybody, as its launcher wrote them; None in production."""
    if not settings.VAMCO_DEMO:
        return None
    try:
        found: dict[str, Any] = json.loads((Path(settings.VAMCO_DATA) / DEMO_LOG_INS).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    return found
