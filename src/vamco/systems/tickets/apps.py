from django.apps import AppConfig
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from vamco.lib.errors import N_


class TicketsConfig(AppConfig):
    """Queue of the one-stop halls."""

    name = "vamco.systems.tickets"
    label = "tickets"

    def ready(self) -> None:
        """Declare the acts and the pack's section, and tell the home and the navigation of the pages."""
        from vamco.kernel.base.packs import public as packs
        from vamco.kernel.world.access import public as access
        from vamco.systems.tickets import contracts, pack
        from vamco.systems.tickets.pages import public_pages
        from vamco.web import addresses, home, navigation

        packs.register(pack.SECTION)
        access.declare(contracts.CALL, N_("Call numbers at a counter"))
        access.declare(contracts.MANAGE, N_("See a hall’s waiting figures and set up its screens"))
        home.register_tiles("services", public_pages.tiles)
        addresses.register("halls", lambda: reverse("tickets:halls"))
        addresses.register("counters", lambda: reverse("tickets:counters"), contracts.CALL)
        addresses.register("ticket", lambda code: reverse("tickets:ticket", args=[code]))
        navigation.register(
            navigation.Place(
                label=_("Counters"),
                url_name="tickets:counters",
                act=contracts.CALL,
                icon="bell",
                order=35,
                also=("tickets:counter",),
            ),
            navigation.Place(
                label=_("Waiting in the hall"),
                url_name="tickets:managed",
                act=contracts.MANAGE,
                icon="clock",
                order=36,
                also=("tickets:figures",),
            ),
        )
