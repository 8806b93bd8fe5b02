"""How openings are written on pages."""

from django.template import Library
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from rubrica.domain.country import COUNTRY_NAMES
from rubrica.domain.eligibility import level_words
from rubrica.domain.language import language_name
from rubrica.domain.opening import Opening
from rubrica.domain.opening_check import pay_text
from rubrica.domain.opening_match import POINTS, WORDS, MatchRule
from rubrica.domain.vocabulary import DATA_TYPES, LABEL_TYPES
from rubrica.formats.openings.prose import to_html
from rubrica.web.opening_form import EMPLOYMENT_WORDS, EXPERIENCE_WORDS

register = Library()
_MOST_NAMED = 5


@register.filter
def prose(text: str) -> SafeString:
    """Write a description: paragraphs, headings and lists."""
    return mark_safe(to_html(text))  # noqa: S308  (every character is escaped; the tags are our own)


@register.filter
def pay(opening: Opening) -> str:
    """Write what is paid."""
    return pay_text(opening.pay) if opening.pay is not None else _("Pay is not said")


@register.filter
def hours(opening: Opening) -> str:
    """Write the hours a week."""
    if opening.hours is None:
        return _("Hours are not said")
    low, high = opening.hours.low, opening.hours.high
    if high is None:
        return _("%(low)s hours a week or more") % {"low": low} if low else _("Hours as you like")
    if low == 0:
        return _("Up to %(high)s hours a week") % {"high": high}
    return _("%(low)s hours a week") % {"low": low if low == high else f"{low}–{high}"}


@register.filter
def places(opening: Opening) -> str:
    """Write where people may live."""
    if opening.countries is None:
        return _("Where people live is not said")
    if not opening.countries:
        return _("Anywhere")
    named = [COUNTRY_NAMES[code] for code in opening.countries[:_MOST_NAMED]]
    more = len(opening.countries) - len(named)
    return ", ".join(named) + (_(" and %(more)s more") % {"more": more} if more else "")


@register.filter
def languages(opening: Opening) -> str:
    """Write the languages that are asked for, with their levels."""
    return ", ".join(f"{language_name(need.tag)}{level_words(need.level)}" for need in opening.languages)


@register.filter
def experience(opening: Opening) -> str:
    """Write how much experience is asked for."""
    return str(EXPERIENCE_WORDS[opening.experience]) if opening.experience is not None else _("Not said")


@register.filter
def employment(opening: Opening) -> str:
    """Write in what relation the work is done."""
    return ", ".join(str(EMPLOYMENT_WORDS[kind]) for kind in opening.employment)


@register.filter
def kinds(opening: Opening) -> str:
    """Write what is looked at and what is done with it."""
    data = [DATA_TYPES[opening.data_type]] if opening.data_type is not None else []
    return " · ".join([*data, *(LABEL_TYPES[kind] for kind in opening.label_types)])


@register.filter
def matched(rule: MatchRule) -> str:
    """Write what holds by a rule of the match, with its points."""
    return f"{WORDS[rule][0]} +{POINTS[rule]}"


@register.filter
def unmatched(rule: MatchRule) -> str:
    """Write what does not hold by a rule of the match."""
    return WORDS[rule][1]
