"""Areas on the earth: a schematic map of places whose boundaries are not to hand, and checks of a boundary layer.

Loads Shapely and numpy: import it where it is used, not at the top of a module that every command loads.
"""

from vamco.lib.geometry.layer import Finding, check_layer, feature_code
from vamco.lib.geometry.power import power_diagram
from vamco.lib.geometry.projection import EqualArea
from vamco.lib.geometry.sketch import Spot, outlines_around, schematic

__all__ = [
    "EqualArea",
    "Finding",
    "Spot",
    "check_layer",
    "feature_code",
    "outlines_around",
    "power_diagram",
    "schematic",
]
