"""The two tables in which the lake keeps its table pointers, in the form that Iceberg's JDBC and SQL catalogues share."""

from django.db import migrations

from vamco.engines.lake import catalogue_sql


class Migration(migrations.Migration):
    dependencies = [("hub", "0001_initial")]
    operations = [
        migrations.RunSQL(catalogue_sql(), "DROP TABLE iceberg_tables; DROP TABLE iceberg_namespace_properties;"),
    ]
