"""What a change of the rules reaches: the questions, codes and clauses whose answers may come out otherwise now."""

from collections.abc import Collection
from dataclasses import dataclass

from rubrica.domain.guideline_changes import Changes, Kind
from rubrica.domain.rubric import Rubric


@dataclass(frozen=True, slots=True)
class Reach:
    """What is touched.

    Attributes
    ----------
    criteria
        Questions that are put otherwise, or whose clause is; those that are gone too.
    added
        New questions, which nobody has answered.
    codes
        Full codes that mean something else, or whose group or clause does.
    clauses
        Anchors whose text differs.
    all_marks
        Whether every mark is in question, as when severities mean something else.
    """

    criteria: frozenset[str]
    added: frozenset[str]
    codes: frozenset[str]
    clauses: frozenset[str]
    all_marks: bool

    def __bool__(self) -> bool:
        return bool(self.criteria or self.added or self.codes or self.clauses or self.all_marks)


def reach_of(changes: Changes, old: Rubric, new: Rubric) -> Reach:
    """Return what a change reaches. Words outside of all clauses, and what explains the rubric, reach nothing."""
    clauses = frozenset(change.place for change in changes.clauses if change.place)
    places = {change.place: change.kind for change in changes.rubric}
    criteria = {place.removeprefix("criteria.") for place in places if place.startswith("criteria.")}
    added = {place.removeprefix("criteria.") for place, kind in places.items() if kind is Kind.ADDED} & criteria
    criteria |= {each.id for rubric in (old, new) for each in rubric.criteria if each.clause in clauses}
    criteria |= {example.criterion for example in changes.examples}
    return Reach(
        criteria=frozenset(criteria - added),
        added=frozenset(added),
        codes=frozenset(_codes(old, places.keys(), clauses)),
        clauses=clauses,
        all_marks="severities" in places,
    )


def _codes(old: Rubric, places: Collection[str], clauses: frozenset[str]) -> set[str]:
    """Return the codes that existed before and are touched: a new code stands on no mark yet."""
    taxonomy = old.taxonomy
    if taxonomy is None:
        return set()
    return {
        code
        for code, group in taxonomy.group_of.items()
        if f"taxonomy.{code}" in places
        or f"taxonomy.{code.partition('.')[0]}" in places
        or (group.clause and group.clause in clauses)
    }
