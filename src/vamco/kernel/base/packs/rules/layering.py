"""Layers of a pack: items put one over the other by key, and what is written once for all provinces filled in."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from vamco.kernel.base.packs.contracts import Fault, Path_, Raw, Spot, Words
from vamco.kernel.base.packs.rules.wording import faulty
from vamco.lib.errors import N_
from vamco.lib.nearest import nearest

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

REMOVED: Final = "removed"

# "@finance" is the agency of that kind in the province; "${root}" is a value that is computed from the province.
_KIND: Final = re.compile(r"@[a-z][a-z0-9_]*")
_COMPUTED: Final = re.compile(r"\$\{[a-z][a-z0-9_]*\}")


def filled(raw: Raw, given: Mapping[str, object]) -> tuple[Raw, list[Fault]]:
    """Replace kinds of agencies and computed values in an item; what is neither is a fault.

    A text that is nothing but a computed value becomes that value, a number for instance.
    """
    faults: list[Fault] = []
    return replace(raw, data=_filled(raw.data, (), raw, given, faults)), faults


def _filled(value: Any, path: Path_, raw: Raw, given: Mapping[str, object], faults: list[Fault]) -> Any:
    if isinstance(value, dict):
        return {key: _filled(inner, (*path, key), raw, given, faults) for key, inner in value.items()}
    if isinstance(value, list):
        return [_filled(inner, (*path, n), raw, given, faults) for n, inner in enumerate(value)]
    if not isinstance(value, str) or ("@" not in value and "${" not in value):
        return value
    names = [value] if _KIND.fullmatch(value) else _COMPUTED.findall(value)
    for name in names:
        if name not in given:
            alike = [known for known in given if known[0] == name[0]]
            expected = Words(N_("a kind of agency") if name[0] == "@" else N_("a computed value"))
            words = faulty(path, expected, found=name, meant=nearest(name, alike))
            faults.append(Fault.at(raw.spot_of(path), words))
            return value
    if names == [value]:
        return given[value]
    return _COMPUTED.sub(lambda found: str(given[found[0]]), value)


def merged(below: Raw, above: Raw) -> Raw:
    """Put the fields that an upper layer names in the place of those below; each keeps the place where it is written."""
    spots: dict[Path_, Spot] = {path: spot for path, spot in below.spots.items() if path[0] not in above.data}
    spots |= {(name,): above.spot for name in above.data}
    spots |= above.spots
    return replace(below, data={**below.data, **above.data}, spots=spots)


def removal_faults(raw: Raw, key: str, *, below: bool) -> Iterator[Fault]:
    """Find what is wrong with an entry that takes an item of the layer below out of the pack."""
    reason = raw.data[REMOVED]
    if not isinstance(reason, str) or not reason.strip():
        expected = Words(N_("why the item is taken out"))
        yield Fault.at(raw.spot_of((REMOVED,)), faulty((REMOVED,), expected, found=reason))
    for name in sorted(raw.data.keys() - {REMOVED, key}):
        expected = Words(N_("nothing but the key and the reason of an item that is taken out"))
        yield Fault.at(raw.spot_of((name,)), faulty((name,), expected))
    if not below:
        expected = Words(N_("an item of the layer below"))
        yield Fault.at(raw.spot_of((key,)), faulty((key,), expected, found=raw.data.get(key)))
