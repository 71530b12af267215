"""Where Vietnam lies."""

from typing import Final

# West, south, east, north in degrees, WGS 84: the mainland, Hoàng Sa, Trường Sa, and the sea around the islands.
VIETNAM: Final = (102.0, 6.0, 118.0, 24.0)
