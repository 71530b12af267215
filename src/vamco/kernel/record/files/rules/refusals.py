from __future__ import annotations

from vamco.lib.errors import N_, Refused

SENTENCES = {
    "empty": N_("“%(name)s” is empty."),
    "too_large": N_("“%(name)s” is larger than %(limit)s MB."),
    "too_many": N_("There are %(limit)s files already; no more can be added."),
    "too_many_at_once": N_("Choose at most %(limit)s files."),
    "owner_full": N_("All files together may have %(limit)s MB; “%(name)s” would be too much."),
    "not_allowed": N_(
        "“%(name)s” is not of a kind that can be taken: PDF, JPEG, PNG, WebP, Word (.docx), Excel (.xlsx), XML, .p7s, text or CSV."
    ),
    "old_office": N_("“%(name)s” is an old Word or Excel file; please save it as .docx, .xlsx or PDF."),
    "wrong_extension": N_("The name “%(name)s” does not agree with what is inside; please check which file it is."),
    "encrypted": N_("“%(name)s” is protected by a password; please send it without one."),
    "damaged": N_("“%(name)s” is damaged or incomplete; please save it anew and send it again."),
    "active_content": N_(
        "“%(name)s” holds content that runs by itself (%(found)s); please print it to a new PDF and send that."
    ),
    "macros": N_("“%(name)s” holds macros; please save it without macros (.docx or .xlsx) and send it again."),
    "nested": N_(
        "“%(name)s” has another file inside (%(found)s); please send that by itself or insert it as a picture."
    ),
    "external": N_("“%(name)s” fetches content from outside (%(found)s); please break the links and save it anew."),
    "xml_entities": N_("“%(name)s” declares a document type or entities, which is not allowed here."),
    "bomb": N_("“%(name)s” would become far too large when it is unpacked."),
    "polyglot": N_("“%(name)s” has an archive hidden behind its content."),
    "too_many_pixels": N_("The picture “%(name)s” has more than %(limit)s million pixels."),
    "too_heavy": N_("“%(name)s” could not be checked with reasonable effort; please send a simpler file."),
    "infected": N_("In “%(name)s” the virus scanner found %(found)s; the file was not stored."),
}


def refusal(code: str, **data: str | int) -> Refused:
    """Give the error that says why a file is not taken in."""
    return Refused(f"files.{code}", SENTENCES[code], **data)
