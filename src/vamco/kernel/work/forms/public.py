from vamco.kernel.work.forms.contracts import FileFacts, Invalid, Kind, Node, Problem, ReferenceList, key_of, name_of
from vamco.kernel.work.forms.declaration import FieldOf, Form, PageOf
from vamco.kernel.work.forms.models import Draft
from vamco.kernel.work.forms.queries.definitions import form_of, newest
from vamco.kernel.work.forms.queries.drafts import draft, drafts, files_of
from vamco.kernel.work.forms.rules.answers import NO, YES, Filled, posted, written
from vamco.kernel.work.forms.rules.formats import FORMATS, PARTIAL_DATE
from vamco.kernel.work.forms.rules.lists import list_of, options
from vamco.kernel.work.forms.rules.lists import register as register_list
from vamco.kernel.work.forms.rules.nodes import MOST_ITEMS, controls, get, nodes
from vamco.kernel.work.forms.rules.validating import parse, published
from vamco.kernel.work.forms.services import amend, attach, begin, check, discard, drop, fill, finish, problems

__all__ = [
    "FORMATS",
    "MOST_ITEMS",
    "NO",
    "PARTIAL_DATE",
    "YES",
    "Draft",
    "FieldOf",
    "FileFacts",
    "Filled",
    "Form",
    "Invalid",
    "Kind",
    "Node",
    "PageOf",
    "Problem",
    "ReferenceList",
    "amend",
    "attach",
    "begin",
    "check",
    "controls",
    "discard",
    "draft",
    "drafts",
    "drop",
    "files_of",
    "fill",
    "finish",
    "form_of",
    "get",
    "key_of",
    "list_of",
    "name_of",
    "newest",
    "nodes",
    "options",
    "parse",
    "posted",
    "problems",
    "published",
    "register_list",
    "written",
]
