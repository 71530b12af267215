from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from vamco.lib.errors import N_


class NationalConfig(AppConfig):
    """Synchronisation with the National Public Service Portal."""

    name = "vamco.systems.national"
    label = "national"

    def ready(self) -> None:
        """Register the kind of the tasks, the acts and the page."""
        from vamco.kernel.base.packs import public as packs
        from vamco.kernel.work.cases import public as cases
        from vamco.kernel.world.access import public as access
        from vamco.systems.national import public
        from vamco.web import addresses, navigation

        packs.need("cases", public.FAULT, by="national")
        cases.register(cases.Kind(public.FAULT, on_act=public.on_act))
        access.declare(public.MANAGE, N_("See how the national portal is synchronised"))
        access.declare(public.RESOLVE, N_("Settle what the national portal refused"))
        addresses.register("national_filing", public.filing_link)
        navigation.register(
            navigation.Place(
                label=_("National portal"),
                url_name="national:standing",
                act=public.MANAGE,
                icon="run",
                order=93,
                group=navigation.ADMINISTRATION,
            )
        )
