"""Makes Django ready in a process that no server started."""

from __future__ import annotations

import os


def start() -> None:
    """Load settings and applications; safe to call twice."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "vamco.config.settings")
    import django

    django.setup()
