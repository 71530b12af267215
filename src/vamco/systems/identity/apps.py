from django.apps import AppConfig
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from vamco.lib.errors import N_


class IdentityConfig(AppConfig):
    """Accounts and log-in."""

    name = "vamco.systems.identity"
    label = "identity"

    def ready(self) -> None:
        from vamco.kernel.world.access import public as access
        from vamco.kernel.world.people import public as people
        from vamco.systems.identity.models import SecondFactor
        from vamco.systems.identity.pages import eid, mail
        from vamco.systems.identity.pages.entries import ENTRIES
        from vamco.web import account, addresses, navigation
        from vamco.web.first_day import register

        addresses.register("log_in", lambda: reverse("identity:log_in"))
        addresses.register("log_out", lambda: reverse("identity:log_out"))
        addresses.register("account", lambda: reverse("identity:account"))
        addresses.register("step_up", lambda: reverse("identity:confirm"))
        account.register(*ENTRIES)
        access.declare(
            "identity.confirm_recovery", N_("Make sure at the counter who has lost the way into their account")
        )
        access.declare("identity.approve_recovery", N_("Approve as the second official that somebody is let in again"))
        addresses.register("eid_start", eid.start_address)
        access.declare("identity.set_up", N_("Set the platform up: check mail and sources on the first day"))
        access.declare("identity.manage_staff", N_("Administer officials: posts, substitutes and accounts"))
        access.declare("identity.import_staff", N_("Import officials from a spreadsheet"))
        people.keep(SecondFactor)
        register(mail.STEP)
        navigation.register(
            navigation.Place(
                label=_("Recovery at the counter"),
                url_name="identity:recoveries",
                act="identity.approve_recovery",
                icon="shield",
                order=80,
                group=navigation.ADMINISTRATION,
                also=("identity:recovery", "identity:recovery_begin"),
            ),
            navigation.Place(
                label=_("First day"),
                url_name="identity:first_day",
                act="identity.set_up",
                icon="checks",
                order=90,
                group=navigation.ADMINISTRATION,
            ),
            navigation.Place(
                label=_("Officials"),
                url_name="identity:staff",
                act="identity.manage_staff",
                icon="user",
                order=85,
                group=navigation.ADMINISTRATION,
                also=("identity:official", "identity:invite", "identity:import_staff"),
            ),
        )
