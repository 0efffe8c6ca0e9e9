"""Requests of the console: a form that carries a film is written to the card as it comes, not to memory."""

from __future__ import annotations

from pathlib import Path

from webui.console.console import here
from webui.form_files import FormFiles


class ConsoleRequest(FormFiles):
    """Who may send one is looked at before its body is."""

    def folder_of_files(self) -> Path | None:
        """Beside the uploads; names of guests never touch the card."""
        return None if self.path.startswith("/desk/") else here().paths.uploads
