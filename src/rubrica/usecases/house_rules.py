"""The house rules of this installation, from the configuration that is in force."""

from django.conf import settings

from rubrica.domain.house_rules import SCHEMA, HouseRule, InstanceFacts, house_rules
from rubrica.usecases.active_time import KEEP_BEATS
from rubrica.usecases.credentials import LIFETIME
from rubrica.usecases.organisations import INVITATION_LIFETIME


def current_rules() -> tuple[HouseRule, ...]:
    """Return the rules that hold here now."""
    facts = InstanceFacts(
        credential=LIFETIME,
        invitation=INVITATION_LIFETIME,
        kept_beats=KEEP_BEATS,
        sends_mail=settings.SENDS_MAIL,
        sign_up_is_open=settings.SIGN_UP_IS_OPEN,
    )
    return house_rules(facts)


def rules_document() -> dict[str, object]:
    """Return the same rules for programs."""
    return {"schema": SCHEMA, "issuer": settings.BASE_URL, "rules": [rule.as_json() for rule in current_rules()]}
