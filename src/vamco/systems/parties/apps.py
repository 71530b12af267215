from django.apps import AppConfig
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from vamco.lib.errors import N_


class PartiesConfig(AppConfig):
    name = "vamco.systems.parties"
    label = "parties"

    def ready(self) -> None:
        from vamco.kernel.base.packs import public as packs
        from vamco.kernel.work.cases import public as cases
        from vamco.kernel.world.access import public as access
        from vamco.systems.parties import public
        from vamco.systems.parties.pages import representing
        from vamco.web import account, addresses, navigation

        packs.need("cases", public.KIND, by="parties")
        cases.register(cases.Kind(public.KIND, on_act=public.on_act, face=representing.FACE))
        access.declare(public.REPRESENT, N_("Ask that one represents an organisation"))
        access.declare(public.CONFIRM, N_("Confirm who represents an organisation"))
        access.declare(public.JOIN, N_("Join two records of one person, and take them apart"))
        addresses.register("acting", lambda: reverse("parties:acting"))
        account.register(
            account.Entry(
                label=_("Acting for others"),
                text=_("Firms that you represent, whom you let act for you, and for whom you act."),
                url_name="parties:mandates",
                icon="user",
                order=40,
            )
        )
        navigation.register(
            navigation.Place(
                label=_("One person, two records"),
                url_name="parties:join",
                act=public.JOIN,
                icon="user",
                order=85,
                group=navigation.ADMINISTRATION,
            )
        )
