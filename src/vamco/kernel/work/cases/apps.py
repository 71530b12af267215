from django.apps import AppConfig


class CasesConfig(AppConfig):
    name = "vamco.kernel.work.cases"
    label = "cases"

    def ready(self) -> None:
        from vamco.kernel.base.packs import public as packs
        from vamco.kernel.work.cases import pack

        packs.register(pack.SECTION)
