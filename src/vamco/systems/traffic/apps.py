from django.apps import AppConfig
from django.urls import reverse

from vamco.lib.errors import N_


class TrafficConfig(AppConfig):
    """Traffic cameras."""

    name = "vamco.systems.traffic"
    label = "traffic"

    def ready(self) -> None:
        """Declare acts, pack sections, the kind of case and what is kept sealed."""
        from vamco.kernel.base.packs import public as packs
        from vamco.kernel.work.cases import public as cases
        from vamco.kernel.world.access import public as access
        from vamco.kernel.world.people import public as people
        from vamco.systems.privacy import public as privacy
        from vamco.systems.traffic import contracts, pack
        from vamco.systems.traffic.demo import filling  # noqa: F401  # a job of the demonstration
        from vamco.systems.traffic.models import VehicleAnswer
        from vamco.systems.traffic.pages import face, halls, navigating
        from vamco.systems.traffic.services import holding, reviewing
        from vamco.web import addresses

        for section in pack.SECTIONS:
            packs.register(section)
        packs.need("cases", contracts.KIND, by="traffic")
        access.declare(contracts.WATCH, N_("Watch cameras and see their counts"))
        access.declare(contracts.MANAGE, N_("Set up cameras: place, drawing, retention"))
        access.declare(contracts.REVIEW, N_("Review proposed traffic violations"))
        access.declare(contracts.DECIDE, N_("Decide on reviewed traffic violations"))
        access.declare(contracts.HEAR, N_("Hear owners who contest a traffic violation"))
        access.declare(contracts.SEARCH, N_("Search passages by plate for a stated purpose"))
        access.declare(contracts.HOT_LIST, N_("Keep the list of wanted plates"))
        access.declare(contracts.TOLD_HOT, N_("Be notified when a wanted plate passes"))
        people.keep(VehicleAnswer)
        for each in holding.HOLDINGS:
            privacy.register(each)
        cases.register(cases.Kind(contracts.KIND, on_act=reviewing.on_act, guard=reviewing.guard, face=face.FACE))
        navigating.register()
        addresses.register("cameras", lambda: reverse("traffic:cameras"), contracts.WATCH)
        addresses.register("hall_people", halls.address)
        addresses.register("fines", lambda: reverse("traffic:fines"))
