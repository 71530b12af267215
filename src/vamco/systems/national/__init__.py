"""The National Public Service Portal: what is decided here is told there, and what is decided there is shown here, each once."""
