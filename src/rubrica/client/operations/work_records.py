"""One's own work record and the credentials made from it."""

from rubrica.client import documents as d
from rubrica.client.connection import address
from rubrica.client.operations.room import Room


class OwnWorkRecord(Room):
    """One's own work record and the credentials made from it."""

    def read_work_record(self) -> list[d.RecordedWork]:
        """Return what the caller has done, project by project, newest first."""
        record: list[d.RecordedWork] = self._connection.get(address("me", "record"))["record"]
        return record

    def disclose_work(self, project: str, level: str) -> d.RecordedWork:
        """Choose how much others are told: ``nothing``, ``role``, ``counts`` or ``calibration``."""
        path = address("me", "record", project, "disclosure")
        work: d.RecordedWork = self._connection.send("PUT", path, {"level": level})
        return work

    def issue_credential(self, project: str) -> d.CredentialDocument:
        """Sign what others are told of the caller's work in a project."""
        made: d.CredentialDocument = self._connection.send("POST", address("me", "record", project, "credentials"))
        return made

    def list_credentials(self) -> list[d.CredentialDocument]:
        """Return the caller's credentials, newest first."""
        credentials: list[d.CredentialDocument] = self._connection.get(address("me", "credentials"))["credentials"]
        return credentials

    def revoke_credential(self, credential_id: str) -> None:
        """Take back a credential, for good."""
        self._connection.send("DELETE", address("me", "credentials", credential_id))
