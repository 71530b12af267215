from vamco.kernel.record.documents.contracts import Form, IssuedView, Letterhead
from vamco.kernel.record.documents.queries import by_content
from vamco.kernel.record.documents.rules.codes import code_shown
from vamco.kernel.record.documents.services import admit_upload, issue, look_up, render, restamp, revoke

__all__ = [
    "Form",
    "IssuedView",
    "Letterhead",
    "admit_upload",
    "by_content",
    "code_shown",
    "issue",
    "look_up",
    "render",
    "restamp",
    "revoke",
]
