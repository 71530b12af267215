from django.apps import AppConfig


class WorktimeConfig(AppConfig):
    """Working time of offices."""

    name = "vamco.kernel.work.worktime"
    label = "worktime"

    def ready(self) -> None:
        """Tell packs of the section."""
        from vamco.kernel.base.packs import public as packs
        from vamco.kernel.work.worktime import pack

        packs.register(pack.SECTION)
