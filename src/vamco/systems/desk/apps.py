from django.apps import AppConfig

from vamco.lib.errors import N_


class DeskConfig(AppConfig):
    name = "vamco.systems.desk"
    label = "desk"

    def ready(self) -> None:
        from vamco.kernel.world.access import public as access

        access.declare("desk.view_inbox", N_("See the own inbox"))
        access.declare("desk.retry_dead_letter", N_("Send a dead letter again"))
