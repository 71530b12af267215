"""The pack's section `clients`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vamco.kernel.base.packs import public as packs
from vamco.lib.errors import N_
from vamco.systems.broker import services
from vamco.systems.broker.contracts import NewClient
from vamco.systems.broker.declaration import ClientItem
from vamco.systems.broker.rules import addresses

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


def put(items: Sequence[ClientItem]) -> None:
    """Write the clients."""
    services.put_packed([NewClient(**item.model_dump()) for item in items])


def check(entries: Sequence[packs.Located[ClientItem]], _contents: packs.Contents) -> Iterable[packs.Fault]:
    """Find addresses that are not taken, and clients that do not ask for “openid”."""
    for entry in entries:
        if "openid" not in entry.item.scopes:
            yield entry.because(["scopes"], N_("“openid” among them"))
        given: list[tuple[list[str | int], str]] = [
            (["redirect_uris", n], uri) for n, uri in enumerate(entry.item.redirect_uris)
        ]
        given += [(["post_logout_uris", n], uri) for n, uri in enumerate(entry.item.post_logout_uris)]
        given += [(["backchannel_uri"], uri) for uri in [entry.item.backchannel_uri] if uri]
        for path, uri in given:
            if fault := addresses.fault(uri, demonstration=False):
                yield entry.because(path, fault)


SECTION = packs.Section(
    name="clients",
    files="clients.yaml",
    model=ClientItem,
    key="code",
    apply=put,
    withdraw=services.withdraw_packed,
    depends=("agencies",),
    check=check,
    doc="clients: other systems of the province that sign their users in through the platform",
)
