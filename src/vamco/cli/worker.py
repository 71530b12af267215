"""`vamco worker`: works off jobs until told to stop."""

from __future__ import annotations

import argparse
import os


def main(argv: list[str]) -> int:
    """Work until SIGTERM or SIGINT."""
    parser = argparse.ArgumentParser(prog="vamco worker", description=__doc__)
    parser.add_argument("--alone", action="store_true", help="no other worker is alive: take over what a dead one held")
    parser.add_argument("--once", action="store_true", help="stop when no job is left")
    chosen = parser.parse_args(argv)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "vamco.config.settings")
    import django

    django.setup()
    from vamco.kernel.base.jobs import public as jobs

    jobs.work(alone=chosen.alone, wait=not chosen.once)
    return 0
