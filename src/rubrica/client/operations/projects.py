"""Projects, who works in them, and what they are made from."""

from typing import Literal

from rubrica.client import documents as d
from rubrica.client.connection import address
from rubrica.client.operations.room import Room


class Projects(Room):
    """Projects, who works in them, and what they are made from."""

    def list_projects(self) -> list[d.Project]:
        """Return the projects in the caller's world, by name."""
        projects: list[d.Project] = self._connection.get(address("projects"))["projects"]
        return projects

    def create_project(
        self, organisation: str, name: str, template: str, *, slug: str = "", description: str = ""
    ) -> d.Project:
        """Make a project from a template."""
        body = {
            "organisation": organisation,
            "name": name,
            "template": template,
            "slug": slug,
            "description": description,
        }
        project: d.Project = self._connection.send("POST", address("projects"), body)
        return project

    def read_project(self, project: str) -> d.Project:
        """Return one project."""
        found: d.Project = self._connection.get(address("projects", project))
        return found

    def change_project_settings(
        self,
        project: str,
        *,
        name: str | None = None,
        description: str | None = None,
        overlap: int | None = None,
        most_overlap: int | None = None,
        lease_seconds: int | None = None,
        repeat_percent: int | None = None,
        is_sensitive: bool | None = None,
        may_be_named: bool | None = None,
        hourly_limit: int | None = None,
        hourly_cost: d.Amount | None = None,
    ) -> d.Project:
        """Change settings; what is left out stays."""
        settings = {
            "name": name,
            "description": description,
            "overlap": overlap,
            "most_overlap": most_overlap,
            "lease_seconds": lease_seconds,
            "repeat_percent": repeat_percent,
            "is_sensitive": is_sensitive,
            "may_be_named": may_be_named,
            "hourly_limit": hourly_limit,
            "hourly_cost": hourly_cost,
        }
        body = {key: value for key, value in settings.items() if value is not None}
        changed: d.Project = self._connection.send("PATCH", address("projects", project), body)
        return changed

    def change_project_state(self, project: str, state: Literal["active", "paused", "closed"]) -> d.Project:
        """Start, pause, resume or close a project."""
        changed: d.Project = self._connection.send("PUT", address("projects", project, "state"), {"state": state})
        return changed

    def list_project_members(self, project: str) -> list[d.Member]:
        """Return who works in a project."""
        members: list[d.Member] = self._connection.get(address("projects", project, "members"))["members"]
        return members

    def set_project_role(self, project: str, member_id: str, role: str) -> None:
        """Give a member of the organisation a role in the project."""
        self._connection.send("PUT", address("projects", project, "members", member_id), {"role": role})

    def end_project_role(self, project: str, member_id: str) -> None:
        """End what a member may do in the project."""
        self._connection.send("DELETE", address("projects", project, "members", member_id))

    def list_templates(self) -> list[d.TemplateSummary]:
        """Return what projects can be made from."""
        templates: list[d.TemplateSummary] = self._connection.get(address("templates"))["templates"]
        return templates

    def read_template(self, key: str) -> d.Template:
        """Return a template's rubric and guideline."""
        template: d.Template = self._connection.get(address("templates", key))
        return template
