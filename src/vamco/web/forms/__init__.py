"""Pages and operations over any form of the pack: wizard, check, one dense page."""
