"""The rubrics that come with Rubrica, each with its guideline: data that a project copies and edits."""

from functools import cache
from importlib.resources import files

from rubrica.domain.rubric import Rubric, read_rubric

_KEYS = (
    "ai-image-audit",
    "side-by-side",
    "prompt-checklist",
    "technical-quality",
    "edit-quality",
    "safety-moderation",
    "product-photo-qa",
    "human-anatomy",
    "set-ranking",
)


def template_keys() -> tuple[str, ...]:
    """Return the keys of the templates, in the order they are offered."""
    return _KEYS


@cache
def template_rubric(key: str) -> Rubric:
    """Return the rubric of a template.

    Raises
    ------
    KeyError
        There is no such template.
    """
    return read_rubric(_text(key, "yaml"))


@cache
def template_guideline(key: str) -> str:
    """Return the guideline of a template, in Markdown.

    Raises
    ------
    KeyError
        There is no such template.
    """
    return _text(key, "md")


def _text(key: str, ending: str) -> str:
    if key not in _KEYS:
        raise KeyError(key)
    return (files(__name__) / f"{key}.{ending}").read_text(encoding="utf-8")
