"""Guidelines: writing the draft, publishing, reading what changed."""

from collections.abc import Mapping
from typing import Any, Literal

from rubrica.client import documents as d
from rubrica.client.connection import address
from rubrica.client.operations.room import Room


class Guidelines(Room):
    """Guidelines: writing the draft, publishing, reading what changed."""

    def read_guideline_draft(self, project: str) -> d.Draft:
        """Return what the lead is writing."""
        draft: d.Draft = self._connection.get(address("projects", project, "guideline", "draft"))
        return draft

    def save_guideline_draft(self, project: str, markdown: str, rubric: Mapping[str, Any], *, revision: int) -> d.Draft:
        """Save guideline and rubric, unless somebody else has saved since ``revision`` was read (status 412)."""
        saved: d.Draft = self._connection.send(
            "PUT",
            address("projects", project, "guideline", "draft"),
            {"markdown": markdown, "rubric": dict(rubric)},
            headers={"If-Match": f'"{revision}"'},
        )
        return saved

    def list_guideline_versions(self, project: str) -> list[d.VersionSummary]:
        """Return the published versions, newest first."""
        path = address("projects", project, "guideline", "versions")
        versions: list[d.VersionSummary] = self._connection.get(path)["versions"]
        return versions

    def publish_guideline(
        self,
        project: str,
        *,
        summary: str = "",
        change_class: Literal["editorial", "clarification", "breaking"] = "clarification",
        reevaluate: Literal["none", "sample", "disputed", "all"] = "none",
        sample: int = 0,
    ) -> d.VersionSummary:
        """Publish the draft as the next version, and queue again what it reaches as far as asked."""
        body = {"summary": summary, "change_class": change_class, "reevaluate": reevaluate, "sample": sample}
        version: d.VersionSummary = self._connection.send(
            "POST", address("projects", project, "guideline", "versions"), body
        )
        return version

    def preview_impact(self, project: str) -> d.ImpactDocument:
        """Return what publishing the draft as it is saved would reach among what was judged."""
        impact: d.ImpactDocument = self._connection.get(address("projects", project, "guideline", "impact"))
        return impact

    def read_guideline_version(self, project: str, number: int) -> d.Version:
        """Return a published version with guideline and rubric."""
        version: d.Version = self._connection.get(address("projects", project, "guideline", "versions", number))
        return version

    def compare_guidelines(self, project: str, *, old: int | None = None, new: int | None = None) -> list[d.PartChange]:
        """Return what differs between two versions; without ``old`` all is new, without ``new`` it is the draft."""
        path = address("projects", project, "guideline", "changes")
        changes: list[d.PartChange] = self._connection.get(path, old=old, new=new)["changes"]
        return changes

    def read_guideline_news(self, project: str) -> d.NewsOfGuideline:
        """Return what changed since one last acknowledged the guideline, or joined."""
        news: d.NewsOfGuideline = self._connection.get(address("projects", project, "guideline", "news"))
        return news

    def acknowledge_guideline(self, project: str, version: int) -> None:
        """Say that one has read the version in force; after a breaking change, new work is given again."""
        path = address("projects", project, "guideline", "acknowledgement")
        self._connection.send("POST", path, {"version": version})
