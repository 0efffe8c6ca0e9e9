"""A file that comes in a form is closed, also if the form was cut off in the middle of it."""

from __future__ import annotations

from pathlib import Path
from typing import IO

import pytest
from flask import Flask, request

from webui.form_files import FormFiles

FILE = b'--x\r\nContent-Disposition: form-data; name="film"; filename="tide.mp4"\r\n\r\nwhat came of it'


@pytest.mark.parametrize("end", [b"\r\n--x--\r\n", b""], ids=["whole", "cut off"])
@pytest.mark.parametrize("in_memory", [False, True])
def test_a_file_of_a_form_is_closed_with_the_request(tmp_path: Path, end: bytes, *, in_memory: bool) -> None:
    opened: list[IO[bytes]] = []

    class Kept(FormFiles):
        def folder_of_files(self) -> Path | None:
            return None if in_memory else tmp_path

        def close(self) -> None:
            opened.extend(self._opened)
            super().close()

    app = Flask("forms")
    app.request_class = Kept

    @app.post("/")
    def take() -> str:
        return str(len(request.files))

    answer = app.test_client().post("/", data=FILE + end, content_type="multipart/form-data; boundary=x")
    assert answer.text == ("1" if end else "0")
    assert [one.closed for one in opened] == [True]
    assert list(tmp_path.iterdir()) == []
