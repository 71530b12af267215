"""`vamco keys`: the keys that seal identity numbers: which there are, a new one, an old one less."""

from __future__ import annotations

import argparse
import os

from vamco.cli.console import say
from vamco.lib.errors import N_


def main(argv: list[str]) -> int:
    """Run one of `list`, `rotate`, `rotate-tokens` and `retire`."""
    parser = argparse.ArgumentParser(prog="vamco keys", description=__doc__)
    does = parser.add_subparsers(dest="does", required=True)
    does.add_parser("list", help="the keys, the newest last, and how many numbers stand under each")
    rotate = does.add_parser("rotate", help="make a new key and seal all numbers with it; safe to repeat")
    rotate.add_argument("--no-new", action="store_true", help="seal with the newest key there is")
    does.add_parser("rotate-tokens", help="let the next key sign tokens of sign-on; those of the old one stay valid")
    retire = does.add_parser("retire", help="throw away a key that no number needs any more; keep the backups in mind")
    retire.add_argument("key", help="its name, eight hexadecimal digits")
    asked = parser.parse_args(argv)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "vamco.config.settings")
    import django

    django.setup()
    if asked.does == "rotate":
        _rotate(new_key=not asked.no_new)
    if asked.does == "rotate-tokens":
        from vamco.systems.broker import public as broker

        text = N_("A new key signs tokens from now on: %(key)s. Tokens of the old one stay valid until they expire.")
        say(text, key=broker.rotate_keys())
        return 0
    if asked.does == "retire":
        from vamco.kernel.world.people import public as people

        people.retire(asked.key)
    _list()
    return 0


def _rotate(*, new_key: bool) -> None:
    from rich.progress import Progress

    from vamco.kernel.world.people import public as people

    with Progress() as progress:
        bar = progress.add_task("", total=None)
        done = people.rotate(lambda done, every: progress.update(bar, completed=done, total=every), new_key=new_key)
    say(N_("%(numbers)s numbers were sealed with the newest key."), numbers=f"{done:,}")


def _list() -> None:
    from vamco.kernel.world.people import public as people

    for key, numbers in people.key_use().items():
        say(N_("%(key)s: %(numbers)s numbers"), key=key, numbers=f"{numbers:,}")
