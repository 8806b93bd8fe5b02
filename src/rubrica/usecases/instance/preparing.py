"""Preparing an installation: its tables, and the first person who may run it."""

from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from rubrica.records.models import Account
from rubrica.usecases.accounts import create_account, issue_sign_in_link


def prepare_instance() -> bool:
    """Create or update the tables; True when there was anything to do. Safe to call at every start."""
    if is_prepared():
        return False
    call_command("migrate", interactive=False, verbosity=0)
    call_command("createcachetable", verbosity=0)
    if connection.vendor == "sqlite":
        # SQLite would let the whole machine read it; its side files take over the rights of the database.
        Path(str(connection.settings_dict["NAME"])).chmod(0o600)
    return True


def is_prepared() -> bool:
    """Tell whether the tables are those that this version of Rubrica works with."""
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        return False
    return str(settings.CACHES["default"]["LOCATION"]) in connection.introspection.table_names()


def first_admin(*, email: str, name: str, now: datetime) -> tuple[Account, str]:
    """Make the person a platform admin and return a one-time sign-in secret: there is never a default password.

    Who has an account already keeps it and becomes a platform admin: the command runs on the machine, where everything
    is the operator's.
    """
    account = Account.objects.filter(email__iexact=email.strip()).first()
    if account is None:
        account = create_account(email=email, name=name, now=now, platform_admin=True)
    elif not account.is_platform_admin:
        account.is_platform_admin = True
        account.save(update_fields=["is_platform_admin"])
    return account, issue_sign_in_link(account, now=now)
