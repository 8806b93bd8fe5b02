"""Oneself: who is calling, how one works, one's tokens and news."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal

from rubrica.client import documents as d
from rubrica.client.connection import address
from rubrica.client.operations.room import MOST_A_PAGE, Room


class OwnAccount(Room):
    """Oneself: who is calling, how one works, one's tokens and news."""

    def read_me(self) -> d.Me:
        """Return the caller's account and organisations."""
        me: d.Me = self._connection.get(address("me"))
        return me

    def set_up_workbench(self, preferences: d.WorkbenchPreferences) -> d.WorkbenchPreferences:
        """Keep how the caller works: surround, own keys and the like."""
        kept: d.WorkbenchPreferences = self._connection.send("PUT", address("me", "workbench"), dict(preferences))
        return kept

    def read_profile(self) -> d.OwnProfile:
        """Return what the caller says of himself or herself."""
        profile: d.OwnProfile = self._connection.get(address("me", "profile"))
        return profile

    def replace_profile(self, declared: Mapping[str, Any]) -> d.OwnProfile:
        """Put another profile in the place of the caller's."""
        kept: d.OwnProfile = self._connection.send("PUT", address("me", "profile"), {"declared": dict(declared)})
        return kept

    def read_resume(self) -> dict[str, Any]:
        """Return the caller's profile as a JSON Resume."""
        resume: dict[str, Any] = self._connection.get(address("me", "resume"))
        return resume

    def import_resume(self, resume: Mapping[str, Any]) -> d.ImportedResume:
        """Take a JSON Resume into the caller's profile."""
        taken: d.ImportedResume = self._connection.send("POST", address("me", "resume"), dict(resume))
        return taken

    def list_tokens(self) -> list[d.Token]:
        """Return the caller's live tokens, newest first."""
        tokens: list[d.Token] = self._connection.get(address("tokens"))["tokens"]
        return tokens

    def revoke_token(self, token_id: str) -> None:
        """Make a token useless from now on."""
        self._connection.send("DELETE", address("tokens", token_id))

    def list_news(self, *, unread: bool = False, page_size: int = MOST_A_PAGE) -> Iterator[d.NewsItem]:
        """Yield what concerns the caller, newest first; to list it is not to have read it."""
        return self._pages(address("me", "news"), "news", unread=unread, limit=page_size)

    def mark_news_read(self, ids: Sequence[str] | None = None) -> int:
        """Put some news behind one, or all, and return how much was unread."""
        body = {} if ids is None else {"ids": list(ids)}
        read: int = self._connection.send("POST", address("me", "news", "read"), body)["read"]
        return read

    def read_news_ways(self) -> d.NewsWays:
        """Return how news of each topic comes to the caller."""
        ways: d.NewsWays = self._connection.get(address("me", "news", "ways"))
        return ways

    def choose_news_ways(self, **ways: Literal["app", "digest", "now"]) -> d.NewsWays:
        """Have news of some topics come in other ways from now on, such as ``review="now"``."""
        chosen: d.NewsWays = self._connection.send("PATCH", address("me", "news", "ways"), dict(ways))
        return chosen
