from django.apps import AppConfig

from vamco.lib.errors import N_


class IocConfig(AppConfig):
    name = "vamco.systems.ioc"
    label = "ioc"

    def ready(self) -> None:
        from vamco.kernel.world.access import public as access

        access.declare("ioc.view_board", N_("See the leaders’ board, the wall and the map"))
