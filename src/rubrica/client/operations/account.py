"""Oneself: who is calling, how one works, one's tokens."""

from rubrica.client import documents as d
from rubrica.client.connection import address
from rubrica.client.operations.room import Room


class OwnAccount(Room):
    """Oneself: who is calling, how one works, one's tokens."""

    def read_me(self) -> d.Me:
        """Return the caller's account and organisations."""
        me: d.Me = self._connection.get(address("me"))
        return me

    def set_up_workbench(self, preferences: d.WorkbenchPreferences) -> d.WorkbenchPreferences:
        """Keep how the caller works: surround, own keys and the like."""
        kept: d.WorkbenchPreferences = self._connection.send("PUT", address("me", "workbench"), dict(preferences))
        return kept

    def list_tokens(self) -> list[d.Token]:
        """Return the caller's live tokens, newest first."""
        tokens: list[d.Token] = self._connection.get(address("tokens"))["tokens"]
        return tokens

    def revoke_token(self, token_id: str) -> None:
        """Make a token useless from now on."""
        self._connection.send("DELETE", address("tokens", token_id))
