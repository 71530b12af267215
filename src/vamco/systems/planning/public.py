from vamco.systems.planning.queries import notice, notices, project, projects
from vamco.systems.planning.services.publishing import attach, preview, publish, take_in

__all__ = ["attach", "notice", "notices", "preview", "project", "projects", "publish", "take_in"]
