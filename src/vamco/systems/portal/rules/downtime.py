"""What an announcement of planned downtime must hold. Source: NĐ 224/2026/NĐ-CP, Đ. 13: at least seven working days ahead."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from vamco.lib.errors import N_, Refused

if TYPE_CHECKING:
    import datetime as dt

    from vamco.systems.portal.contracts import DowntimeDraft, Phase

WORKING_DAYS_AHEAD: Final = 7
SHORTEST_REASON: Final = 10


def in_time(begins: dt.datetime, earliest: dt.datetime) -> bool:
    """Whether a downtime begins no earlier than `earliest`: seven working days after it is announced."""
    return begins >= earliest


def demand_order(draft: DowntimeDraft, *, now: dt.datetime) -> None:
    """Refuse an end before the beginning, and a downtime that is over already."""
    if draft.ends <= draft.begins:
        raise Refused("portal.ends_before_it_begins", N_("The end must come after the beginning."))
    if draft.ends <= now:
        raise Refused("portal.over_already", N_("This downtime would be over already: announce what lies ahead."))
    if not draft.services:
        raise Refused("portal.no_service", N_("Choose at least one service that will not work."))


def demand_in_time(draft: DowntimeDraft, earliest: dt.datetime) -> None:
    """Refuse what comes too early to be announced in time, unless it says why it is urgent."""
    if not in_time(draft.begins, earliest) and len(draft.urgent_reason.strip()) < SHORTEST_REASON:
        raise Refused(
            "portal.not_seven_days_ahead",
            N_(
                "Planned downtime is announced at least 7 working days ahead: announced now, it may begin from %(earliest)s. "
                "If it cannot wait, say why in at least %(count)s characters; it is then shown as urgent."
            ),
            earliest=f"{earliest:%H:%M %d/%m/%Y}",
            count=SHORTEST_REASON,
        )


def phase(begins: dt.datetime, ends: dt.datetime, *, withdrawn: bool, now: dt.datetime) -> Phase:
    """Return where a downtime stands."""
    if withdrawn:
        return "withdrawn"
    if now < begins:
        return "ahead"
    return "now" if now < ends else "over"
