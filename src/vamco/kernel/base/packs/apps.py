from django.apps import AppConfig


class PacksConfig(AppConfig):
    """The province as data."""

    name = "vamco.kernel.base.packs"
    label = "packs"

    def ready(self) -> None:
        """Register what a pack says of itself."""
        from vamco.kernel.base.packs import pack
        from vamco.kernel.base.packs import public as packs

        packs.register(pack.SECTION)
