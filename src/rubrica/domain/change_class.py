"""What makes a change of a rubric breaking, whatever it is called: answers before and after do not mean the same."""

from rubrica.domain.criterion import Criterion
from rubrica.domain.problems import Findings, Problem
from rubrica.domain.rubric import Rubric


def breaking_changes(old: Rubric, new: Rubric) -> tuple[Problem, ...]:
    """Return each part of a rubric whose answers cannot be held against those of before; nothing where all can.

    A criterion is gone, or is answered otherwise (another type, other levels, options or bounds), or a code of the
    error taxonomy is gone. New criteria and new codes break nothing: what exists keeps its meaning.
    """
    found = Findings()
    kept = {criterion.id: criterion for criterion in new.criteria}
    for before in old.criteria:
        after = kept.get(before.id)
        if after is None:
            found.add(f"criteria.{before.id}", "is gone", "the criterion as it was")
        elif _answers(before) != _answers(after):
            found.add(f"criteria.{before.id}", f"takes {_words(after)}", f"{_words(before)}, as before")
    codes = new.taxonomy.codes if new.taxonomy else ()
    for code in old.taxonomy.codes if old.taxonomy else ():
        if code not in codes:
            found.add(f"taxonomy.{code}", "is gone", "the code as it was")
    return tuple(found.problems)


def _answers(criterion: Criterion) -> tuple[object, ...]:
    values = tuple(level.value for level in criterion.levels)
    options = frozenset(option.code for option in criterion.options)
    return criterion.type, values, options, criterion.minimum, criterion.maximum


def _words(criterion: Criterion) -> str:
    if criterion.levels:
        return f"{criterion.type} levels {', '.join(str(level.value) for level in criterion.levels)}"
    if criterion.options:
        return f"{criterion.type} of {', '.join(option.code for option in criterion.options)}"
    if criterion.maximum:
        return f"{criterion.type} from {criterion.minimum} to {criterion.maximum}"
    return str(criterion.type)
