from vamco.kernel.record.files.models import File
from vamco.kernel.record.files.rules import media_type
from vamco.kernel.record.files.services import content_path, store

__all__ = ["File", "content_path", "media_type", "store"]
