from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from vamco.lib.errors import N_


class BrokerConfig(AppConfig):
    """Signs people of the province in at its other systems."""

    name = "vamco.systems.broker"
    label = "broker"

    def ready(self) -> None:
        from vamco.kernel.base.packs import public as packs
        from vamco.kernel.world.access import public as access
        from vamco.kernel.world.people import public as people
        from vamco.systems.broker import pack
        from vamco.systems.broker import public as broker
        from vamco.systems.broker.models import SigningKey
        from vamco.web import account, leaving, navigation

        access.declare("broker.manage_clients", N_("Register other systems that sign their users in here"))
        people.keep(SigningKey)
        packs.register(pack.SECTION)
        leaving.register(broker.leave_now)
        account.register(
            account.Entry(
                label=_("Services that you use with this account"),
                text=_("What you agreed to share with them, and where you are signed in."),
                url_name="broker:consents",
                icon="plug",
                order=70,
            )
        )
        navigation.register(
            navigation.Place(
                label=_("Connected services"),
                url_name="broker:clients",
                act="broker.manage_clients",
                icon="plug",
                order=91,
                group=navigation.ADMINISTRATION,
                also=("broker:new_client", "broker:client"),
            )
        )
