from django.apps import AppConfig


class AgenciesConfig(AppConfig):
    """Public bodies."""

    name = "vamco.kernel.world.agencies"
    label = "agencies"

    def ready(self) -> None:
        """Tell packs of the sections."""
        from vamco.kernel.base.packs import public as packs
        from vamco.kernel.world.agencies import jobs, pack  # noqa: F401  # jobs register themselves

        packs.register(pack.KINDS)
        packs.register(pack.SECTION)
        packs.register(pack.OF_KINDS)
        packs.register(pack.CODES)
        packs.register(pack.SUCCESSIONS)
