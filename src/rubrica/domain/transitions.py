"""Processes that people take part in, each as one table: from which state an event leads where, and until when.

A state in which somebody has to act has a deadline; one without is an end.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Generic, TypeVar

from rubrica.domain.roles import Permission

State = TypeVar("State", bound=StrEnum)
Event = TypeVar("Event", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Transition(Generic[State, Event]):
    """One row of the table: the event leads from any of ``sources`` to ``target``, for those with ``permission``."""

    event: Event
    sources: frozenset[State]
    target: State
    permission: Permission


class NoSuchStepError(ValueError):
    """The event does not lead anywhere from the state that the thing is in."""


class Process(Generic[State, Event]):
    """A table of transitions, and how long somebody has in each state that waits for somebody.

    Parameters
    ----------
    transitions
        Rows; of one state and one event there is at most one.
    time_allowed
        For each state that waits for somebody, from entering it to its deadline; the other states are ends.

    Raises
    ------
    ValueError
        Two rows contradict each other, or a state that waits leads nowhere.
    """

    def __init__(
        self, transitions: Sequence[Transition[State, Event]], time_allowed: Mapping[State, timedelta]
    ) -> None:
        self._steps: dict[tuple[State, Event], Transition[State, Event]] = {}
        for row in transitions:
            for source in row.sources:
                if (source, row.event) in self._steps:
                    raise ValueError(f"{row.event} leads from {source} to two states")
                self._steps[source, row.event] = row
        self.time_allowed = dict(time_allowed)
        stuck = self.time_allowed.keys() - {source for source, _event in self._steps}
        if stuck:
            raise ValueError(f"nothing leads out of {', '.join(sorted(stuck))}")

    def step(self, state: State, event: Event) -> Transition[State, Event]:
        """Return where the event leads from a state.

        Raises
        ------
        NoSuchStepError
            Nowhere.
        """
        found = self._steps.get((state, event))
        if found is None:
            raise NoSuchStepError(f"{event} is not possible while {state}")
        return found

    def events(self, state: State) -> tuple[Event, ...]:
        """Return what may happen in a state, in the order of the table."""
        return tuple(event for source, event in self._steps if source == state)

    @property
    def waiting(self) -> frozenset[State]:
        """The states in which somebody has to act."""
        return frozenset(self.time_allowed)
