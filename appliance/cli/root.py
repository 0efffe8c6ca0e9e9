"""The root of the command line: finds its nouns when they are said, and turns a fault into its sentence."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import click

from appliance.errors import MatineeError
from appliance.paths import Paths

_NOUNS = (
    "run",
    "front",
    "status",
    "doctor",
    "update",
    "power",
    "support",
    "check",
    "reset",
    "boot",
    "event",
    "permits",
    "media",
    "show",
    "clip",
    "door",
    "courier",
    "organiser",
    "cloud",
)


class Refusal(click.ClickException):
    """Exit status 1 and one sentence on standard error."""

    def show(self, file: Any = None) -> None:  # noqa: ANN401 click's own signature
        """Print the sentence on one line."""
        click.echo(" ".join(self.message.split()), file=file, err=True)


class Nouns(click.Group):
    """Commands by module, imported when asked for: a service starts without the cloud's tools."""

    def __init__(self, **settings: Any) -> None:  # noqa: ANN401 click's own settings
        super().__init__(**settings)
        self.homes = {noun: f"appliance.cli.{noun}" for noun in _NOUNS}

    def list_commands(self, _context: click.Context) -> list[str]:
        """Every noun, in the order of the manual."""
        return list(self.homes)

    def get_command(self, _context: click.Context, name: str) -> click.Command | None:
        """The command ``name`` of its module; None if there is none."""
        if name not in self.homes:
            return None
        command: click.Command = getattr(import_module(self.homes[name]), name)
        return command

    def invoke(self, context: click.Context) -> Any:  # noqa: ANN401 click's own signature
        """Run the command; a fault becomes its sentence."""
        try:
            return super().invoke(context)
        except MatineeError as refused:
            raise Refusal(refused.sentence) from refused


@click.group(cls=Nouns, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(package_name="matinee")
@click.pass_context
def matinee(context: click.Context) -> None:
    """The one box that turns any room into a cinema.

    Everything the box keeps lies under MATINEE_ROOT, else /var/lib/matinee.
    """
    context.obj = Paths.from_environment()
