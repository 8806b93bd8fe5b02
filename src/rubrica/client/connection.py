"""One HTTP connection to one server: errors by name, and patience where asking again is safe."""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final
from urllib.parse import quote

import httpx

from rubrica.client.errors import RubricaError, UnreachableError

API: Final = "/api/v1"
_PASSING: Final = frozenset({429, 502, 503, 504})
_FIRST_WAIT: Final = 0.5
_LONGEST_WAIT: Final = 30.0


class Connection:
    """Calls the API.

    Parameters
    ----------
    base_url
        Where Rubrica is served, such as ``https://rubrica.example.org``.
    token
        An API token.
    timeout
        Seconds to wait for each step of an answer.
    attempts
        How often to ask where asking again is safe.
    sleep
        How to wait between two attempts.
    """

    def __init__(
        self, base_url: str, token: str, *, timeout: float, attempts: int, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self._attempts = attempts
        self._sleep = sleep
        # Redirects are not followed: the token is for this server alone.
        self._http = httpx.Client(
            base_url=base_url,
            timeout=timeout,
            follow_redirects=False,
            headers={"Authorization": f"Bearer {token}", "Accept": "application/json"},
        )

    def close(self) -> None:
        """Close the connection."""
        self._http.close()

    def get(self, path: str, **query: object) -> Any:
        """Return what is there; asked again when there was no answer."""
        sent = {name: value for name, value in query.items() if value is not None}
        return self._call("GET", path, params=sent, is_repeatable=True).json()

    def send(
        self,
        method: str,
        path: str,
        body: Mapping[str, object] | None = None,
        *,
        query: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
        is_repeatable: bool = False,
        **form: Any,
    ) -> Any:
        """Change something and return the answer's document, if it has one."""
        json = {} if body is None else {"json": dict(body)}
        answer = self._call(method, path, params=query, headers=headers, is_repeatable=is_repeatable, **json, **form)
        return answer.json() if answer.content else None

    def read(self, path: str) -> bytes:
        """Return the bytes at an address that an answer named, such as a ``view_url``."""
        if not path.startswith(f"{API}/"):
            # Elsewhere the token has nothing to do.
            message = f"{path} is no address of this API."
            raise ValueError(message)
        return self._call("GET", path, is_repeatable=True).content

    @contextmanager
    def stream(self, method: str, path: str, body: Mapping[str, object]) -> Iterator[Iterator[bytes]]:
        """Yield the bytes of an answer as they come."""
        try:
            with self._http.stream(method, path, json=dict(body)) as answer:
                if answer.is_error:
                    answer.read()
                    raise _refusal(answer)
                yield answer.iter_bytes()
        except httpx.TransportError as error:
            raise UnreachableError(f"{type(error).__name__}: {error}") from error

    def _call(self, method: str, path: str, *, is_repeatable: bool, **arguments: Any) -> httpx.Response:
        attempts = self._attempts if is_repeatable else 1
        for attempt in range(1, attempts + 1):
            try:
                answer = self._http.request(method, path, **arguments)
            except httpx.TransportError as error:
                if attempt == attempts:
                    raise UnreachableError(f"{type(error).__name__}: {error}") from error
                self._sleep(_wait(attempt))
                continue
            if answer.is_success:
                return answer
            if answer.status_code not in _PASSING or attempt == attempts:
                raise _refusal(answer)
            self._sleep(_wait(attempt, answer.headers.get("Retry-After", "")))
        message = "at least one attempt is made"
        raise ValueError(message)


def address(*parts: str | int) -> str:
    """Return a path of the API; what is put in stays one part of it."""
    return "/".join([API, *(quote(str(part), safe="") for part in parts)])


def _wait(attempt: int, retry_after: str = "") -> float:
    wanted = float(retry_after) if retry_after.isdecimal() else _FIRST_WAIT * 2 ** (attempt - 1)
    return min(wanted, _LONGEST_WAIT)


def _refusal(answer: httpx.Response) -> RubricaError:
    try:
        document = answer.json()
        problems = tuple(document["problems"])
        kind = str(document["type"]).rpartition(":")[2]
        return RubricaError(answer.status_code, document["title"], document["detail"], problems, type=kind)
    except (ValueError, KeyError, TypeError):
        # Not our server's words: a proxy's page, or a redirect to a log-in.
        return RubricaError(answer.status_code, answer.reason_phrase, "The answer is not one of Rubrica's.")
