"""Files that come in forms: written to where they belong, and closed however the request ends."""

from __future__ import annotations

import io
import tempfile
from pathlib import Path
from typing import IO, Any

from flask import Request


class FormFiles(Request):
    """Flask's, but it knows where a form's files go.

    Flask closes the files of a form that came whole; of one that was cut off it knows nothing.
    """

    def __init__(self, *given: Any, **named: Any) -> None:  # noqa: ANN401 Flask's own
        super().__init__(*given, **named)
        self._opened: list[IO[bytes]] = []

    def folder_of_files(self) -> Path | None:
        """Where a file without a name is opened for what comes; ``None``: memory."""
        return None

    def _get_file_stream(
        self,
        total_content_length: int | None,
        content_type: str | None,
        filename: str | None = None,
        content_length: int | None = None,
    ) -> IO[bytes]:
        del total_content_length, content_type, filename, content_length
        folder = self.folder_of_files()
        opened: IO[bytes] = io.BytesIO() if folder is None else tempfile.TemporaryFile(dir=folder)  # noqa: SIM115 closed below
        self._opened.append(opened)
        return opened

    def close(self) -> None:
        """At the end of the request, whatever became of it."""
        super().close()
        for opened in self._opened:
            opened.close()
