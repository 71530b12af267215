from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from vamco.lib.errors import N_


class IndicatorsConfig(AppConfig):
    name = "vamco.systems.indicators"
    label = "indicators"

    def ready(self) -> None:
        from vamco.kernel.base.packs import public as packs
        from vamco.kernel.record.search import public as search
        from vamco.kernel.world.access import public as access
        from vamco.systems.indicators import pack, queries
        from vamco.web import palette

        packs.register(pack.SECTION)

        search.register(queries.KIND, queries.SOURCE)
        palette.show(
            palette.Kind(code=queries.KIND, title=_("Indicators"), icon="chart", order=10, describe=queries.described)
        )
        access.declare("indicators.view", N_("See indicators, their history and where their values come from"))
