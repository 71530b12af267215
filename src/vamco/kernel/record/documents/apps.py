from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    """Official documents and the register of those issued."""

    name = "vamco.kernel.record.documents"
    label = "documents"

    def ready(self) -> None:
        """Tell packs of the section."""
        from vamco.kernel.base.packs import public as packs
        from vamco.kernel.record.documents import pack, queries
        from vamco.kernel.record.search import public as search

        search.register(queries.KIND, queries.SOURCE)
        packs.register(pack.SECTION)
