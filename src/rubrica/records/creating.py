"""Creating many tables in one step of a migration, instead of one step for each."""

from collections.abc import Sequence
from typing import Any

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations import CreateModel
from django.db.migrations.operations.base import Operation, OperationCategory
from django.db.migrations.state import ProjectState
from typing_extensions import override


class CreateModels(Operation):
    """Creates models that may point at each other in circles, in any order.

    Between two steps of a migration, Django makes all model classes anew that what has changed may reach, and here
    most reach most: with a step for each table, or for each constraint, this took nearly all of a first start.
    """

    category = OperationCategory.ADDITION
    reduces_to_sql = True
    serialization_expand_args = ["creations"]  # how ``makemigrations`` writes it down

    def __init__(self, creations: Sequence[CreateModel]) -> None:
        self.creations = creations

    @override
    def deconstruct(self) -> tuple[str, Sequence[Any], dict[str, Any]]:
        return type(self).__name__, [], {"creations": self.creations}

    @override
    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        # The classes made so far would be made again at each model that comes: without them, all are made once, when
        # somebody asks for them.
        state.__dict__.pop("apps", None)
        for creation in self.creations:
            creation.state_forwards(app_label, state)

    @override
    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        for creation in self.creations:
            creation.database_forwards(app_label, schema_editor, from_state, to_state)

    @override
    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        for creation in reversed(self.creations):
            creation.database_backwards(app_label, schema_editor, from_state, to_state)

    @override
    def describe(self) -> str:
        return f"Create {len(self.creations)} models"
