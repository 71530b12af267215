"""Other bodies' systems that a dossier needs: population and civil-status data, the tax office, the post; ports and simulators."""
