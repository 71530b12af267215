"""The demonstration's dossiers."""
