from django.apps import AppConfig
from django.urls import reverse
from django.utils.translation import gettext_lazy as _


class GreetingsConfig(AppConfig):
    name = "vamco.systems.greetings"
    label = "greetings"

    def ready(self) -> None:
        from vamco.kernel.work.cases import public as cases
        from vamco.kernel.world.access import public as access
        from vamco.web import addresses, casework, navigation

        access.declare("greetings.view", "View greetings")
        access.declare("greetings.greet", "Greet")
        access.declare("greetings.ask", "Ask for a greeting")
        access.machine("greetings", "Greetings")
        navigation.register_group(navigation.Group(code="manners", label=_("Manners"), order=50))
        place = navigation.Place(
            label=_("Greetings of the day"),
            url_name="greetings:page",
            act="greetings.view",
            icon="user",
            order=1,
            group="manners",
        )
        navigation.register(place)
        addresses.register("greeting", lambda: reverse("greetings:page"))
        face = casework.Face(beside=lambda case, reader: casework.Beside(text=f"{reader} greets {case}"))
        cases.register(cases.Kind("greeting", url=lambda case: f"/greetings/{case}", face=face))
