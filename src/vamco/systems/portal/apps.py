from django.apps import AppConfig
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from vamco.lib.errors import N_


class PortalConfig(AppConfig):
    name = "vamco.systems.portal"
    label = "portal"

    def ready(self) -> None:
        from vamco.kernel.base.packs import public as packs
        from vamco.kernel.world.access import public as access
        from vamco.systems.portal import pack
        from vamco.systems.portal.pages import frame
        from vamco.web import addresses, home, navigation

        packs.register(pack.OFFICES)
        packs.register(pack.SERVICES)
        access.declare("portal.announce_downtime", N_("Announce planned downtime to the public"))
        for sort, name in (
            ("home_switch", "switch"),
            ("citizen_notices", "notices"),
            ("manifest", "manifest"),
            ("service_worker", "worker"),
            ("drafts", "drafts"),
        ):
            addresses.register(sort, lambda name=name: reverse(f"portal:{name}"))
        home.register_tiles("banner", frame.banners)
        home.register_tiles("contact", frame.contacts)
        home.register_tiles("foot", frame.foot)
        home.register_tiles("services", frame.services)
        navigation.register(
            navigation.Place(
                label=_("Downtime"),
                url_name="portal:announce",
                act="portal.announce_downtime",
                icon="bell",
                order=90,
                group=navigation.ADMINISTRATION,
                also=("portal:correct_downtime",),
            )
        )
