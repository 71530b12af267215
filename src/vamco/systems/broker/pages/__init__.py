"""Pages and endpoints of the broker."""
