"""Acts: questions to registers, messages to the tax office, parcels with the post."""
