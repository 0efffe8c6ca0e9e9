from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from appliance.bucket.bucket_folder import FolderBucket
from appliance.errors import MatineeError

BIG = 8_000_000


def test_a_stick_that_is_not_in_is_away_and_no_folder_is_made(tmp_path: Path) -> None:
    bucket = FolderBucket(tmp_path / "stick")
    with pytest.raises(MatineeError) as refused:
        bucket.put("k", b"x", "text/plain")
    assert refused.value.key == "bucket.away"
    assert not (tmp_path / "stick").exists()


@pytest.mark.parametrize("key", ["../outside", "/etc/passwd", "a/../../b", "", "a\0b"])
def test_no_key_leads_out_of_the_folder(tmp_path: Path, key: str) -> None:
    folder = tmp_path / "bucket"
    folder.mkdir()
    with pytest.raises(MatineeError) as refused:
        FolderBucket(folder).put(key, b"x", "text/plain")
    assert refused.value.key == "bucket.bad_key"
    assert list(tmp_path.iterdir()) == [folder]


def test_a_full_disk_is_refused_and_leaves_nothing(tmp_path: Path) -> None:
    script = (
        "import resource, signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN);"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000));"  # the kernel refuses byte 1001
        "from pathlib import Path; from appliance.bucket.bucket_folder import FolderBucket;"
        "from appliance.errors import MatineeError\n"
        f"try: FolderBucket(Path({str(tmp_path)!r})).put('a/k', b'x' * 5000, 'text/plain')\n"
        "except MatineeError as fault: print(fault.key)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "bucket.refused"
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_a_writer_killed_in_mid_file_leaves_no_object(tmp_path: Path) -> None:
    script = (
        "import os, signal, sys, threading; from pathlib import Path\n"
        "from appliance.bucket.bucket_folder import FolderBucket\n"
        "source = Path(sys.argv[1], 'pipe')\n"
        "FolderBucket(Path(sys.argv[1], 'bucket')).put('clips/c.mp4', source, 'video/mp4')\n"
    )
    (tmp_path / "bucket").mkdir()
    os.mkfifo(tmp_path / "pipe")
    writer = subprocess.Popen([sys.executable, "-c", script, str(tmp_path)])
    with (tmp_path / "pipe").open("wb") as pipe:
        pipe.write(b"x" * BIG)  # returns once the writer has read most of it
        writer.kill()
        writer.wait()
    bucket = FolderBucket(tmp_path / "bucket")
    assert not bucket.exists("clips/c.mp4")
    assert list(bucket.list()) == []
    bucket.put("clips/c.mp4", b"whole", "video/mp4", only_if_absent=True)
    assert bucket.get("clips/c.mp4") == b"whole"
