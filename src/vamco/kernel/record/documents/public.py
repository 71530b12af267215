from vamco.kernel.record.documents.contracts import Form, IssuedView, Letterhead
from vamco.kernel.record.documents.queries import KIND, by_code, by_content, by_id, template
from vamco.kernel.record.documents.rules.codes import code_shown
from vamco.kernel.record.documents.services import (
    admit_upload,
    demand_values,
    issue,
    issue_made,
    letterhead,
    look_up,
    render,
    restamp,
    revoke,
)

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
    "demand_values",
    "issue",
    "issue_made",
    "letterhead",
    "look_up",
    "render",
    "restamp",
    "revoke",
    "template",
]
