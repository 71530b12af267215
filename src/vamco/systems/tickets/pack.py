from vamco.kernel.base.packs import public as packs
from vamco.systems.tickets.declaration import HallItem
from vamco.systems.tickets.services import loading

SECTION = packs.Section(
    name="halls",
    files="tickets/halls.yaml",
    model=HallItem,
    key="agency",
    apply=loading.load,
    withdraw=loading.withdraw,
    depends=("agencies", "procedure_fields"),
    doc="halls in which numbers are called: services, counters",
)
