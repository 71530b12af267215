from django.apps import AppConfig


class NumbersConfig(AppConfig):
    """Numbers without gaps."""

    name = "vamco.kernel.record.numbers"
    label = "numbers"

    def ready(self) -> None:
        """Tell packs of the section."""
        from vamco.kernel.base.packs import public as packs
        from vamco.kernel.record.numbers import pack

        packs.register(pack.SECTION)
