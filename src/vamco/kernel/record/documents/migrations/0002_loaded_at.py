from __future__ import annotations

from typing import ClassVar

from django.db import migrations


class Migration(migrations.Migration):
    dependencies: ClassVar = [("documents", "0001_initial")]
    operations: ClassVar = [migrations.RenameField("templateversion", "since", "loaded_at")]
