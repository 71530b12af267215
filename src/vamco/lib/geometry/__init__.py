"""Areas on the earth: a schematic map where boundaries are not to hand, checks of a boundary layer, the area of a point.

Loads Shapely and numpy: import it where it is used, not at the top of a module that every command loads.
"""

from vamco.lib.geometry.layer import Finding, check_layer, feature_code
from vamco.lib.geometry.locator import Locator
from vamco.lib.geometry.power import power_diagram
from vamco.lib.geometry.projection import EqualArea
from vamco.lib.geometry.sketch import Spot, outlines_around, schematic

__all__ = [
    "EqualArea",
    "Finding",
    "Locator",
    "Spot",
    "check_layer",
    "feature_code",
    "outlines_around",
    "power_diagram",
    "schematic",
]
