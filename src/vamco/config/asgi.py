"""The application that the server runs: the site, behind a front that reads bodies before a thread is taken."""

import resource

from vamco.config.wsgi import application as site
from vamco.web.front.application import Front

THREADS = 2  # of one process; a page is work for the processor, so more would only wait for each other

# A connection costs a file. How many the server takes is decided where it is started, from the same limit.
_hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
resource.setrlimit(resource.RLIMIT_NOFILE, (_hard, _hard))
application = Front(site, threads=THREADS)
