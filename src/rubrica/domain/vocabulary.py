"""The field's vocabularies in words: what work is on, what is done to it, and with what."""

from typing import Final

from rubrica.domain.opening import DataType, Experience, LabelType

_NAMED_OTHERWISE: Final = {DataType.SPATIAL: "3D and sensors", LabelType.ENTITY_RECOGNITION: "Named entities"}


def _in_words(word: DataType | LabelType) -> str:
    return _NAMED_OTHERWISE.get(word, word.value.replace("_", " ").capitalize())


DATA_TYPES: Final[dict[str, str]] = {kind.value: _in_words(kind) for kind in DataType}
LABEL_TYPES: Final[dict[str, str]] = {kind.value: _in_words(kind) for kind in LabelType}
TOOLS: Final[dict[str, str]] = {
    "rubrica": "Rubrica",
    "label_studio": "Label Studio",
    "cvat": "CVAT",
    "labelbox": "Labelbox",
    "superannotate": "SuperAnnotate",
    "sagemaker": "AWS SageMaker",
    "encord": "Encord",
    "argilla": "Argilla",
    "internal": "A tool of the client",
    "other": "Another tool",
}
EXPERIENCE: Final[dict[str, str]] = {
    Experience.ENTRY.value: "Entry: less than a year",
    Experience.INTERMEDIATE.value: "Intermediate: one to three years",
    Experience.EXPERT.value: "Expert: more than three years",
}
"""How long somebody has done such work, least first."""
DAYS: Final[dict[str, str]] = {
    "mon": "Monday",
    "tue": "Tuesday",
    "wed": "Wednesday",
    "thu": "Thursday",
    "fri": "Friday",
    "sat": "Saturday",
    "sun": "Sunday",
}
