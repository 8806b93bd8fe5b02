"""The one Django app with models."""

from django.apps import AppConfig


class RecordsConfig(AppConfig):
    """Everything Rubrica stores. There are no signals: what a write causes is written in its use case."""

    name = "rubrica.records"
    label = "records"
    verbose_name = "Rubrica records"
