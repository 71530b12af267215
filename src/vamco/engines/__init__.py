"""Heavy and pure: no Django, no kernel, independent of each other."""
