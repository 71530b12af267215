from __future__ import annotations

from typing import TYPE_CHECKING

from vamco.lib.errors import N_, Named, Refused

if TYPE_CHECKING:
    from vamco.kernel.base.modes.contracts import SystemMode


def platforms_named(found: SystemMode) -> Named:
    """Return the national platforms of a system by code and name, in both languages."""
    return Named(
        vi="; ".join(f"{one.name} ({one.code})" for one in found.platforms),
        en="; ".join(f"{one.name_en} ({one.code})" for one in found.platforms),
    )


def refusal(found: SystemMode) -> Refused:
    """Return why nothing new is made here, and where instead."""
    if not found.platforms:
        return Refused(
            "modes.connector",
            N_("New records are no longer made here: this system has been switched to connecting only."),
            system=found.system,
        )
    return Refused(
        "modes.connector_to",
        N_("New records are made on the national platform: %(platform)s. What is here can still be read and exported."),
        system=found.system,
        platform=platforms_named(found),
    )
