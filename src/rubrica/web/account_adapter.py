"""How allauth behaves here: its own form of signing up is not used; mails name the configured address."""

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from typing_extensions import override

from rubrica.kit.clock import now
from rubrica.records.models import Account
from rubrica.usecases.accounts import end_sessions


class ClosedSignUpAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth ships no types
    """Accounts come from invitations and from our own pages (see ``usecases.sign_up``)."""

    @override
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    @override
    def get_reset_password_from_key_url(self, key: str) -> str:
        """Return the link for the mail. The request's Host header has no say in where it leads."""
        placeholder = reverse("account_reset_password_from_key", kwargs={"uidb36": "UID", "key": "KEY"})
        return f"{settings.BASE_URL}{placeholder.replace('UID-KEY', key)}"

    @override
    def set_password(self, user: Account, password: str) -> None:
        """Set a password, be it chosen, changed or reset; every other browser of the person is signed out by it."""
        super().set_password(user, password)
        end_sessions(user, now=now(), except_key=self.request.session.session_key)
