from django.apps import AppConfig


class CasesConfig(AppConfig):
    """What somebody must do by a time."""

    name = "vamco.kernel.work.cases"
    label = "cases"

    def ready(self) -> None:
        """Tell packs of the section."""
        from vamco.kernel.base.packs import public as packs
        from vamco.kernel.work.cases import pack

        packs.register(pack.SECTION)
