"""`vamco migrate`: brings the tables up to date, as the role that owns them."""

from __future__ import annotations

import argparse
import os


def main(argv: list[str]) -> int:
    """Run the migrations on DATABASE_OWNER_URL, or without one on DATABASE_URL."""
    argparse.ArgumentParser(prog="vamco migrate", description=__doc__).parse_args(argv)
    bring_up_to_date(verbosity=1)
    return 0


def bring_up_to_date(*, verbosity: int = 0) -> None:
    """Apply the migrations that are missing."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "vamco.config.settings")
    import django
    from django.conf import settings
    from django.core.management import call_command

    django.setup()
    alias = "owner" if "owner" in settings.DATABASES else "default"
    call_command("migrate", database=alias, interactive=False, verbosity=verbosity)
