"""Settings from the environment, every address of the site, the WSGI application."""
