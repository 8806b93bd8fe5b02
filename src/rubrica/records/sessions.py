"""Django's session engine over our table, which names the account in a column."""

import re
from typing import Any, Final

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseSessionStore
from typing_extensions import override

from rubrica.records.models.account import Session

SESSION_KEY_SHAPE: Final = re.compile("[a-z0-9]{8,40}")
"""What Django makes session keys of: anything else is no session, and must not reach the database."""


class SessionStore(DatabaseSessionStore):
    """Keeps sessions in :class:`~rubrica.records.models.account.Session`."""

    @classmethod
    @override
    def get_model_class(cls) -> type[Session]:
        return Session

    @override
    def _validate_session_key(self, key: str | None) -> bool:  # type: ignore[misc]  # private to Django, not in the stubs
        return bool(key and SESSION_KEY_SHAPE.fullmatch(key))

    @override
    def create_model_instance(self, data: dict[str, Any]) -> Session:
        account = data.get(SESSION_KEY)
        return Session(
            session_key=self._get_or_create_session_key(),  # type: ignore[attr-defined]  # not in the stubs
            session_data=self.encode(data),
            expire_date=self.get_expiry_date(),
            account_id=int(account) if account else None,
        )
