from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from vamco.lib.errors import N_


class DeskConfig(AppConfig):
    name = "vamco.systems.desk"
    label = "desk"

    def ready(self) -> None:
        from vamco.kernel.world.access import public as access
        from vamco.web import navigation

        access.declare("desk.view_inbox", N_("See the own inbox"))
        access.declare("desk.ask_agency", N_("Ask another agency to do something"))
        access.declare("desk.handle_request", N_("Handle what another agency asks for"))
        access.declare("desk.give_opinion", N_("Give the opinion that another agency asks for"))
        access.declare("desk.retry_dead_letter", N_("Send a dead letter again or discard it"))
        access.declare("desk.steer_work", N_("See, stop and repeat background work"))
        navigation.register(
            navigation.Place(
                label=_("My work"),
                url_name="desk:inbox",
                act="desk.view_inbox",
                icon="inbox",
                order=20,
                also=(
                    "desk:following",
                    "desk:case",
                    "desk:open",
                    "desk:load",
                    "desk:kinds",
                    "desk:kind",
                    "desk:notices",
                    "desk:notice",
                ),
            ),
            navigation.Place(
                label=_("Alarms"),
                url_name="desk:alarms",
                act="warnings.view",
                icon="bell",
                order=30,
                also=("desk:past_alarms", "desk:alarm"),
            ),
            navigation.Place(
                label=_("Data runs"),
                url_name="desk:runs",
                act="hub.view_runs",
                icon="run",
                order=40,
                also=("desk:all_runs", "desk:run", "desk:letters", "desk:work", "desk:replay"),
            ),
        )
