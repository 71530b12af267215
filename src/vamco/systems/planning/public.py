from vamco.systems.planning.models import Notice, Project, Upload
from vamco.systems.planning.queries import notice, notices, project, projects
from vamco.systems.planning.services.publishing import attach, preview, publish, take_in

__all__ = [
    "Notice",
    "Project",
    "Upload",
    "attach",
    "notice",
    "notices",
    "preview",
    "project",
    "projects",
    "publish",
    "take_in",
]
