"""Acts of the one-stop desk."""
