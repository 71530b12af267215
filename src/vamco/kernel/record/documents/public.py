from vamco.kernel.record.documents.contracts import Form, IssuedView, Letterhead
from vamco.kernel.record.documents.queries import KIND, by_code, by_content, by_id
from vamco.kernel.record.documents.rules.codes import code_shown
from vamco.kernel.record.documents.services import admit_upload, issue, look_up, render, restamp, revoke

__all__ = [
    "KIND",
    "Form",
    "IssuedView",
    "Letterhead",
    "admit_upload",
    "by_code",
    "by_content",
    "by_id",
    "code_shown",
    "issue",
    "look_up",
    "render",
    "restamp",
    "revoke",
]
