from django.apps import AppConfig


class AgenciesConfig(AppConfig):
    """Public bodies."""

    name = "vamco.kernel.world.agencies"
    label = "agencies"

    def ready(self) -> None:
        """Tell packs of the section."""
        from vamco.kernel.base.packs import public as packs
        from vamco.kernel.world.agencies import pack

        packs.register(pack.SECTION)
