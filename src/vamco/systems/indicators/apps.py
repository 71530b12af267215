from django.apps import AppConfig

from vamco.lib.errors import N_


class IndicatorsConfig(AppConfig):
    name = "vamco.systems.indicators"
    label = "indicators"

    def ready(self) -> None:
        from vamco.kernel.base.packs import public as packs
        from vamco.kernel.world.access import public as access
        from vamco.systems.indicators import pack

        packs.register(pack.SECTION)

        access.declare("indicators.view", N_("See indicators, their history and where their values come from"))
