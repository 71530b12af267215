from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from vamco.lib.errors import N_


class ServiceQualityConfig(AppConfig):
    """Quality of service."""

    name = "vamco.systems.service_quality"
    label = "service_quality"

    def ready(self) -> None:
        """Register the section of the pack, the act and the pages."""
        from vamco.kernel.base.packs import public as packs
        from vamco.kernel.world.access import public as access
        from vamco.systems.service_quality import pack, public
        from vamco.web import navigation

        packs.register(pack.SECTION)
        access.declare(public.VIEW, N_("See the quality score of offices"))
        navigation.register(
            navigation.Place(
                label=_("Quality of service"),
                url_name="service_quality:league",
                act=public.VIEW,
                icon="chart",
                order=45,
                also=("service_quality:office", "service_quality:counted"),
            )
        )
