from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from vamco.lib.errors import N_


class PrivacyConfig(AppConfig):
    """Personal data."""

    name = "vamco.systems.privacy"
    label = "privacy"

    def ready(self) -> None:
        from vamco.kernel.base.packs import public as packs
        from vamco.kernel.work.cases import public as cases
        from vamco.kernel.world.access import public as access
        from vamco.kernel.world.people import public as people
        from vamco.systems.privacy import pack
        from vamco.systems.privacy.models import Export
        from vamco.systems.privacy.pages import faces
        from vamco.systems.privacy.queries import breaches as breach_queries
        from vamco.systems.privacy.queries import requests as request_queries
        from vamco.systems.privacy.services import held, registry, requests

        for section in pack.SECTIONS:
            packs.register(section)
        for kind in (request_queries.KIND, breach_queries.KIND):
            packs.need("cases", kind, by="privacy")
        access.declare(request_queries.ASK, N_("Ask about one's own personal data"))
        access.declare(request_queries.ANSWER, N_("Answer requests about personal data"))
        access.declare(breach_queries.RECORD, N_("Record breaches of personal data"))
        access.declare("privacy.view_retention", N_("See how long personal data are kept, and the nightly runs"))
        people.keep(Export)
        for holding in held.HOLDINGS:
            registry.register(holding)
        cases.register(cases.Kind(request_queries.KIND, on_act=requests.on_act, face=faces.REQUEST))
        cases.register(cases.Kind(breach_queries.KIND, face=faces.BREACH))
        self._own_account()
        self._places()

    def _own_account(self) -> None:
        """What everybody finds on the page of their account."""
        from vamco.web import account

        account.register(
            account.Entry(
                label=_("Consent to the use of my data"),
                text=_("What your data are used for, and what you agree to."),
                url_name="privacy:consents",
                icon="shield",
                order=60,
            ),
            account.Entry(
                label=_("Who looked at my data"),
                text=_("Which agency viewed or changed your data, when and what for."),
                url_name="privacy:looks",
                icon="watch",
                order=61,
            ),
            account.Entry(
                label=_("Requests about my data"),
                text=_("Ask for a copy, a correction, a deletion, and follow the answer."),
                url_name="privacy:requests",
                icon="send",
                order=62,
            ),
        )

    def _places(self) -> None:
        """What officials find in the navigation."""
        from vamco.web import navigation

        navigation.register_group(navigation.Group(code="privacy", label=_("Personal data"), order=85))
        navigation.register(
            navigation.Place(
                label=_("Data breaches"),
                url_name="privacy:breaches",
                act="privacy.record_breach",
                icon="warning",
                order=10,
                also=("privacy:breach", "privacy:new_breach", "privacy:edit_breach"),
                group="privacy",
            ),
            navigation.Place(
                label=_("Retention"),
                url_name="privacy:retention",
                act="privacy.view_retention",
                icon="calendar",
                order=20,
                group="privacy",
            ),
        )
