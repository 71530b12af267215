from django.apps import AppConfig
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from vamco.lib.errors import N_


class WarningsConfig(AppConfig):
    name = "vamco.systems.warnings"
    label = "warnings"

    def ready(self) -> None:
        from vamco.kernel.base.packs import public as packs
        from vamco.kernel.work.cases import public as cases
        from vamco.kernel.world.access import public as access
        from vamco.systems.warnings import public as warnings
        from vamco.systems.warnings import queries
        from vamco.systems.warnings.pages import alarm_list, decision_page, directive_page
        from vamco.systems.warnings.services import deciding, directing
        from vamco.web import addresses, casework, navigation

        for kind in (deciding.KIND, queries.KIND):
            packs.need("cases", kind, by="warnings")
        cases.register(
            cases.Kind(deciding.KIND, url=decision_page.address, on_act=deciding.on_act, face=decision_page.FACE)
        )
        cases.register(
            cases.Kind(queries.KIND, on_act=directing.on_act, face=directive_page.FACE, words=warnings.words_of)
        )
        casework.register_hint(alarm_list.hint)
        casework.register_hint(alarm_list.question_hint)

        navigation.register(
            navigation.Place(
                label=_("Alarms"),
                url_name="warnings:alarms",
                act="warnings.view",
                icon="bell",
                order=30,
                also=("warnings:past_alarms", "warnings:alarm", "warnings:issue"),
            ),
            navigation.Place(
                label=_("Directives"),
                url_name="warnings:register",
                act="warnings.view_directives",
                icon="directive",
                order=35,
                also=tuple(f"warnings:register_{standing}" for standing in ("overdue", "done", "withdrawn", "all")),
            ),
        )
        addresses.register(
            "register", lambda agency: f"{reverse('warnings:register_all')}?agency={agency}", "warnings.view_directives"
        )
        access.declare("warnings.view", N_("See alarms and directives"))
        access.declare("warnings.view_directives", N_("See the register of directives"))
        access.declare("warnings.confirm_alarm", N_("Confirm or dismiss an alarm"))
        access.declare("warnings.issue_directive", N_("Issue a directive"))
        access.declare("warnings.handle_directive", N_("Carry out a directive"))
        access.declare("warnings.verify_directive", N_("Verify and close a directive"))
