"""People and the ways they prove who they are: account, session, API token, sign-in link."""

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.db.models.functions import Lower
from typing_extensions import override

from rubrica.records.models.fields import public_id, sha256
from rubrica.records.scoping import Scope, ScopedManager


class AccountManager(BaseUserManager["Account"]):
    """Finds people by e-mail address, whatever its capitals."""

    @override
    def get_by_natural_key(self, username: str | None) -> "Account":
        return self.get(email__iexact=username)


class Account(AbstractBaseUser):
    """A person, known by an e-mail address. What the person may do is said by memberships."""

    public_id = public_id()
    email = models.EmailField(max_length=254)
    name = models.CharField(max_length=120)
    time_zone = models.CharField(max_length=64, default="UTC")
    is_active = models.BooleanField(default=True)
    is_platform_admin = models.BooleanField(default=False)
    # How the person set up the workbench: keys, surround and the like. It follows the person to every machine.
    workbench = models.JSONField(default=dict, db_default={})
    created_at = models.DateTimeField()

    # Never stored and never set by a request: the command line sets it on the account in whose name its operator acts.
    acts_as_operator: bool = False

    objects: ClassVar[AccountManager] = AccountManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(Lower("email"), name="account_email_unique")]

    @override
    def __str__(self) -> str:
        return self.name or self.email


class Session(AbstractBaseSession):
    """A signed-in browser. The account stands in a column so that ending a person's sessions is one statement."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, null=True, related_name="+")

    class Meta(AbstractBaseSession.Meta):
        abstract = False


class ApiToken(models.Model):
    """A program's key. Only its hash is stored: it is shown once, when it is made."""

    public_id = public_id()
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=80)
    secret_sha256 = sha256(unique=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    scope = Scope(account="account")
    objects = ScopedManager["ApiToken"]()

    @override
    def __str__(self) -> str:
        return self.name


class SignInLink(models.Model):
    """A one-time way in that the operator hands out, instead of any default password."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="+")
    secret_sha256 = sha256(unique=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    scope = Scope(account="account")
    objects = ScopedManager["SignInLink"]()

    @override
    def __str__(self) -> str:
        return f"sign-in link of {self.account_id}"
