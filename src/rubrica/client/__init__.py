"""Rubrica from a program or a notebook: a thin, typed face of the REST API. It knows nothing else of Rubrica.

>>> from rubrica.client import Rubrica
>>> with Rubrica("http://127.0.0.1:8000", token="rub_…") as rubrica:  # doctest: +SKIP
...     for project in rubrica.list_projects():
...         print(project["slug"], project["evaluations"])
"""

from rubrica.client.errors import NamedProblem, RubricaError, UnreachableError
from rubrica.client.rubrica import Rubrica

__all__ = ["NamedProblem", "Rubrica", "RubricaError", "UnreachableError"]
