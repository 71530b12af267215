from django.apps import AppConfig
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from vamco.lib.errors import N_


class PaymentsConfig(AppConfig):
    """Invoices, and the money that comes in for them."""

    name = "vamco.systems.payments"
    label = "payments"

    def ready(self) -> None:
        """Declare the acts, tell packs of the sections, and the navigation of the pages."""
        from vamco.kernel.base.packs import public as packs
        from vamco.kernel.world.access import public as access
        from vamco.systems.payments import contracts, pack
        from vamco.systems.payments.services import holdings
        from vamco.systems.privacy import public as privacy
        from vamco.web import account, addresses, navigation

        access.declare(contracts.TAKE_CASH, N_("Take cash and give receipts"))
        access.declare(contracts.RECONCILE, N_("Reconcile what came in"))
        access.declare(contracts.DECIDE_REFUND, N_("Decide on refunds"))
        for section in pack.SECTIONS:
            packs.register(section)
        for holding in holdings.HOLDINGS:
            privacy.register(holding)
        addresses.register("invoice", lambda code: reverse("payments:invoice", args=[code]))
        addresses.register("invoices", lambda: reverse("payments:own"))
        addresses.register("cash_invoice", lambda code: reverse("payments:take", args=[code]), contracts.TAKE_CASH)
        account.register(
            account.Entry(
                label=_("My payments"),
                text=_("What you have to pay, what you have paid, and your receipts."),
                url_name="payments:own",
                icon="value",
                order=45,
            )
        )
        navigation.register(
            navigation.Place(
                label=_("Cash desk"), url_name="payments:desk", act=contracts.TAKE_CASH, icon="value", order=52,
                also=("payments:take", "payments:receipt"),
            ),
            navigation.Place(
                label=_("Reconciliation"), url_name="payments:days", act=contracts.RECONCILE, icon="checks", order=53,
                also=("payments:day", "payments:queue", "payments:transfer"),
            ),
            navigation.Place(
                label=_("Refunds"), url_name="payments:refunds", act=contracts.DECIDE_REFUND, icon="undo", order=54,
                also=("payments:refund",),
            ),
        )  # fmt: skip
