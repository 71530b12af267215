from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """Natural persons and organisations."""

    name = "vamco.kernel.world.people"
    label = "people"

    def ready(self) -> None:
        """Tell packs of the section and access of the act."""
        from vamco.kernel.base.packs import public as packs
        from vamco.kernel.world.access import public as access
        from vamco.kernel.world.people import pack
        from vamco.kernel.world.people.models import IdentityNumber
        from vamco.kernel.world.people.queries import keys
        from vamco.kernel.world.people.services import numbering
        from vamco.lib.errors import N_

        packs.register(pack.POSITIONS_SECTION)
        packs.register(pack.MATTERS_SECTION)
        keys.keep(IdentityNumber)
        access.declare(numbering.SEE, N_("See an identity number whole, for a purpose"))
