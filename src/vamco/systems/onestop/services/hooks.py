"""What parts of the one-stop desk do when a dossier is acted on, each for itself, inside the act's own transaction.

Filled in `apps.ready()`: `hooks.on("issue", make_result)`. A hook may refuse the act by raising; "open" is the sending.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from vamco.lib.registry import Registry

if TYPE_CHECKING:
    from collections.abc import Callable

    from vamco.kernel.work.cases.models import Case, Entry
    from vamco.systems.onestop.models import Dossier

    Hook = Callable[[Dossier, Case, Entry], None]

_hooks: Registry[tuple[str, str], Hook] = Registry("hook of dossiers")


def on(act: str, hook: Hook) -> None:
    """Let a hook run at an act of the kind `dossier`, "" for every act; in the order of registration."""
    _hooks.add((act, f"{hook.__module__}.{hook.__qualname__}"), hook)


def run(dossier: Dossier, case: Case, entry: Entry) -> None:
    """Run the hooks of an act; what they change on the dossier is saved by who calls."""
    for (act, _name), hook in _hooks.items():
        if act in {"", entry.act}:
            hook(dossier, case, entry)
