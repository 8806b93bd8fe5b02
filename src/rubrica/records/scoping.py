"""Fail-closed scoping: rows of a project or an organisation cannot be read without saying whose.

A model names the way to its owner once (``scope = Scope(project="item__project")``). Its ``objects`` then refuses to
read, count, change or delete anything until ``of``, ``of_organisation``, ``of_account`` or ``visible_to`` has said
whose rows are meant. ``everywhere`` is the explicit way round it, with a reason that a reader can weigh.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self, TypeVar

from django.apps import apps
from django.db import models
from typing_extensions import override

from rubrica.domain.roles import Role

if TYPE_CHECKING:
    from rubrica.records.models.account import Account
    from rubrica.records.models.organisation import Organisation
    from rubrica.records.models.project import Project


M = TypeVar("M", bound=models.Model)


class UnscopedQueryError(RuntimeError):
    """A query was about to run without naming the project, organisation or account whose rows it may see."""


@dataclass(frozen=True, slots=True)
class Scope:
    """Lookup paths from a model to those it belongs to; ``""`` is the model itself, ``None`` no way."""

    project: str | None = None
    organisation: str | None = None
    account: str | None = None


class ScopedQuerySet(models.QuerySet[M]):
    """A query set that must be told whose rows it may see before it touches the database."""

    _is_scoped = False

    def of(self, project: "Project") -> Self:
        """Keep the rows of one project."""
        return self._owned("project", project)

    def of_organisation(self, organisation: "Organisation") -> Self:
        """Keep the rows of one organisation."""
        return self._owned("organisation", organisation)

    def of_account(self, account: "Account") -> Self:
        """Keep the rows that belong to one person."""
        return self._owned("account", account)

    def visible_to(self, account: "Account", *, while_screened: bool = False) -> Self:
        """Keep the rows of projects the person takes part in, or whose organisation the person administers.

        With ``while_screened``, also those of projects that the person is screened for; the caller narrows them to
        what a screening shows.
        """
        path = self._path("project")
        members = _rows("ProjectMembership").filter(account=account, is_active=True)
        takes_part = (members if while_screened else members.exclude(role=Role.APPLICANT)).values("project_id")
        administers = _rows("Membership").filter(account=account, role=Role.ORGANISATION_ADMIN)
        own = models.Q(**{f"{path or 'pk'}__in": takes_part})
        administered = models.Q(
            **{f"{path + '__' if path else ''}organisation__in": administers.values("organisation_id")}
        )
        return self._scoped(self.filter(own | administered))

    def everywhere(self, reason: str) -> Self:
        """Read across all owners, for the stated reason."""
        if not reason:
            message = "an unscoped query states its reason"
            raise UnscopedQueryError(message)
        return self._scoped(self.all())

    def _owned(self, owner: str, instance: models.Model) -> Self:
        path = self._path(owner)
        return self._scoped(self.filter(**{path or "pk": instance if path else instance.pk}))

    def _path(self, owner: str) -> str:
        scope: Scope = getattr(self.model, "scope")  # noqa: B009  (not every Model has it; every scoped one does)
        path: str | None = getattr(scope, owner)
        if path is None:
            message = f"{self.model.__name__} does not belong to a {owner}"
            raise UnscopedQueryError(message)
        return path

    def _scoped(self, queryset: Self) -> Self:
        queryset._is_scoped = True
        return queryset

    def _demand_scope(self) -> None:
        if not self._is_scoped:
            message = (
                f"{self.model.__name__} was queried without a scope: say whose rows are meant with of(project), "
                "of_organisation(…), of_account(…) or visible_to(account)"
            )
            raise UnscopedQueryError(message)

    def _clone(self) -> Self:
        clone: Self = super()._clone()  # type: ignore[misc]  # Django's private seam, absent from the stubs
        clone._is_scoped = self._is_scoped
        return clone

    @override
    def _fetch_all(self) -> None:
        self._demand_scope()
        super()._fetch_all()

    @override
    def iterator(self, chunk_size: int | None = None) -> Iterator[M]:
        self._demand_scope()
        return super().iterator(chunk_size)

    @override
    def count(self) -> int:
        self._demand_scope()
        return super().count()

    @override
    def exists(self) -> bool:
        self._demand_scope()
        return super().exists()

    @override
    def aggregate(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        self._demand_scope()
        return super().aggregate(*args, **kwargs)

    @override
    def update(self, **kwargs: Any) -> int:
        self._demand_scope()
        return super().update(**kwargs)

    @override
    def delete(self) -> tuple[int, dict[str, int]]:
        self._demand_scope()
        return super().delete()


def _rows(model: str) -> models.QuerySet[Any]:
    """Return the rows of a membership model: they decide scopes, so they are read without one."""
    rows: models.QuerySet[Any] = apps.get_model("records", model)._base_manager.all()  # noqa: SLF001  (documented)
    return rows


class ScopedManager(models.Manager[M]):
    """The ``objects`` of every model that belongs to a project, an organisation or an account."""

    @override
    def get_queryset(self) -> ScopedQuerySet[M]:
        return ScopedQuerySet(self.model, using=self._db)

    def of(self, project: "Project") -> ScopedQuerySet[M]:
        """Keep the rows of one project."""
        return self.get_queryset().of(project)

    def of_organisation(self, organisation: "Organisation") -> ScopedQuerySet[M]:
        """Keep the rows of one organisation."""
        return self.get_queryset().of_organisation(organisation)

    def of_account(self, account: "Account") -> ScopedQuerySet[M]:
        """Keep the rows that belong to one person."""
        return self.get_queryset().of_account(account)

    def visible_to(self, account: "Account", *, while_screened: bool = False) -> ScopedQuerySet[M]:
        """Keep the rows of projects the person takes part in, or whose organisation the person administers."""
        return self.get_queryset().visible_to(account, while_screened=while_screened)

    def everywhere(self, reason: str) -> ScopedQuerySet[M]:
        """Read across all owners, for the stated reason."""
        return self.get_queryset().everywhere(reason)
