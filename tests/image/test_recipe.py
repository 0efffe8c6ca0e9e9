"""The image's recipe: what can be judged without building it. `make image-test` judges the rest."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import botocore.loaders
import botocore.session
import pytest

from appliance import config
from appliance.front.settings import ACCEL
from appliance.paths import Paths

ROOT = Path(__file__).parents[2]
RECIPE = ROOT / "image-build" / "image"
OVERLAY = RECIPE / "overlay"
sys.path.insert(0, str(RECIPE))

import base  # noqa: E402 the path is made above
import disk  # noqa: E402 the path is made above
import lists  # noqa: E402 the path is made above
import mirror  # noqa: E402 the path is made above
import papers  # noqa: E402 the path is made above
import root as roots  # noqa: E402 the path is made above
import starting  # noqa: E402 the path is made above
import wheels  # noqa: E402 the path is made above
from stage import Shelf, digest  # noqa: E402 the path is made above

LAYERS = [("amd64", "debian"), ("arm64", "debian"), ("arm64", "rpi")]
PROGRAMS = {
    "nginx": "nginx-light",
    "dnsmasq": "dnsmasq-base",
    "hostapd": "hostapd",
    "conntrack": "conntrack",
    "nmcli": "network-manager",
    "ffmpeg": "ffmpeg",
    "Xorg": "xserver-xorg-core",
    "nft": "nftables",
    "mke2fs": "e2fsprogs",
    "sfdisk": "fdisk",
    "vlc-cache-gen": "libvlc-bin",
    "nano": "nano",
    "chvt": "kbd",
}
"""What units, the overlay and the box's own code start, and the package it comes in."""


@pytest.mark.parametrize(("arch", "kernel"), LAYERS)
def test_every_program_that_is_started_has_its_package(arch: str, kernel: str) -> None:
    packages = lists.wanted(arch, kernel)
    assert set(PROGRAMS.values()) <= set(packages)
    assert "xvfb" not in packages
    assert sum(name.startswith("linux-image") for name in packages) == (2 if kernel == "rpi" else 1)


def test_both_kernel_layers_are_one_recipe() -> None:
    debian, rpi = (set(lists.wanted("arm64", kernel)) for kernel in ("debian", "rpi"))
    assert all(name.startswith(("linux-image", "python3-picamera2")) for name in debian ^ rpi)


def test_the_same_words_make_the_same_base_and_name_no_mirror() -> None:
    command = base.recipe("amd64", "debian")
    assert command == base.recipe("amd64", "debian") != base.recipe("arm64", "debian")
    assert not [word for word in command if "://" in word]


@pytest.mark.parametrize(
    "text",
    [
        "Types: deb\nURIs: http://mirror.example/debian\nSuites: x\nComponents: main contrib\n",
        "# remark\n\nTypes: deb\nURIs: http://mirror.example/debian/\nSuites: x\nComponents: main\n",
    ],
)
def test_the_mirror_is_the_machines_own(tmp_path: Path, text: str) -> None:
    folder = tmp_path / "sources.list.d"
    folder.mkdir()
    (folder / "other.sources").write_text("Types: deb\nURIs: https://elsewhere.example/x\nComponents: main\n")
    (folder / "z.sources").write_text(text)
    assert mirror.debian_mirror(tmp_path).rstrip("/") == "http://mirror.example/debian"
    (tmp_path / "sources.list").write_text("deb [arch=amd64] http://line.example/debian trixie main\n")
    assert mirror.debian_mirror(tmp_path) == "http://line.example/debian"


def test_without_a_mirror_one_sentence_says_so(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="names no Debian mirror"):
        mirror.debian_mirror(tmp_path)


def test_a_stage_is_made_once_for_the_same_inputs(tmp_path: Path) -> None:
    shelf, made = Shelf(tmp_path), []

    def make(path: Path) -> None:
        made.append(path)
        path.write_text(str(len(made)))

    first = shelf.get("base", "a", make)
    assert (shelf.get("base", "a", make), len(made)) == (first, 1)
    second = shelf.get("base", "b", make)
    assert (second.read_text(), first.exists()) == ("2", False)


def test_a_stage_that_was_cut_off_is_made_anew(tmp_path: Path) -> None:
    def cut(path: Path) -> None:
        path.write_text("half")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        Shelf(tmp_path).get("base", "a", cut)
    assert Shelf(tmp_path).get("base", "a", lambda path: path.write_text("whole")).read_text() == "whole"  # type: ignore[arg-type, func-returns-value]


def test_a_changed_byte_or_mode_changes_the_hash(tmp_path: Path) -> None:
    file = tmp_path / "a"
    file.write_text("1")
    first = digest(tmp_path)
    file.chmod(0o755)
    second = digest(tmp_path)
    file.write_text("2")
    assert len({first, second, digest(tmp_path)}) == 3


def test_every_wheel_is_known_by_its_hash_and_pinned_as_tested() -> None:
    lock = wheels.LOCK.read_text("utf-8")
    pinned = dict(re.findall(r"^([\w.-]+)==([\w.]+) \\\n +--hash=sha256:[0-9a-f]{64}", lock, re.MULTILINE))
    tested = (
        line.partition("==") for line in (ROOT / "image-build/constraints.txt").read_text().splitlines()
    )
    versions = {name.replace("_", "-").lower(): version for name, equal, version in tested if equal}
    models = {line.partition("==")[0] for line in wheels.models()}
    assert set(pinned) - set(versions) - models <= {
        "pip",
        "toml",
    }  # asked for by others, and never imported here
    for name in set(pinned) & set(versions):
        assert versions[name] == pinned[name]
    for wanted in wheels.wanted():
        name = re.match(r"[\w-]+", wanted)
        assert name
        assert name[0].lower() in pinned


def test_wheels_are_laid_out_as_pip_would(tmp_path: Path) -> None:
    (tmp_path / "wheels").mkdir()
    with zipfile.ZipFile(tmp_path / "wheels" / "a-1-py3-none-any.whl", "w") as wheel:
        wheel.writestr("a/__init__.py", "")
        wheel.writestr("a-1.data/purelib/b.py", "")
        wheel.writestr("a-1.data/scripts/run", "")
    wheels.unpack(tmp_path / "wheels", tmp_path / "site")
    assert sorted(path.name for path in (tmp_path / "site").iterdir()) == ["a", "b.py"]


def test_partitions_lie_one_after_the_other_and_the_image_ends_before_the_data(tmp_path: Path) -> None:
    layout = disk.Layout(boot=2, slot=3, data=2)
    whole = tmp_path / "card"
    with whole.open("wb") as file:
        file.truncate(layout.least * disk.MIB)
    subprocess.run(
        ["/usr/sbin/sfdisk", "--quiet", str(whole)], input=disk.table("c", layout), text=True, check=True
    )
    said = subprocess.run(
        ["/usr/sbin/sfdisk", "--json", str(whole)], capture_output=True, text=True, check=True
    )
    found = [
        (int(a) // 2048, int(b) // 2048)
        for a, b in re.findall(r'"start": (\d+),\s+"size": (\d+)', said.stdout)
    ]
    assert found == [(4, 2), (layout.slot_a_at, 3), (layout.slot_b_at, 3), (layout.data_at, 2)]
    assert f"0x{disk.DISK_ID}" in said.stdout


def test_slots_differ_by_their_partition_and_nothing_else() -> None:
    first, second = starting.command_line("a", "amd64"), starting.command_line("b", "amd64")
    assert first.replace("-02 ", "-03 ").replace("slot=a", "slot=b") == second
    assert {"ro", "quiet", "panic=10"} <= set(first.split())


def test_what_is_mounted_belongs_to_the_card_and_nothing_is_run_from_the_data() -> None:
    lines = (OVERLAY / "etc/fstab").read_text("utf-8").splitlines()
    table = {line.split()[1]: line.split() for line in lines if line and not line.startswith("#")}
    assert table["/data"][0] == f"PARTUUID={disk.DISK_ID}-04"
    assert {"noatime", "nodev", "nosuid", "noexec"} <= set(table["/data"][3].split(","))
    assert "/" not in table
    assert table["/var"][0] == table["/tmp"][0] == "tmpfs"  # noqa: S108 a mount point


@pytest.mark.parametrize("unit", ["emergency", "rescue"])
def test_a_start_that_goes_wrong_says_why_and_begins_again_without_a_password(unit: str) -> None:
    text = (OVERLAY / f"etc/systemd/system/{unit}.service.d/matinee.conf").read_text("utf-8")
    commands = [line for line in text.splitlines() if line.startswith("ExecStart=")]
    assert commands == ["ExecStart=", "ExecStart=/usr/lib/matinee/emergency"], "no login of systemd's is left"
    script = (OVERLAY / "usr/lib/matinee/emergency").read_text("utf-8")
    assert script.rstrip().endswith("systemctl --force reboot")
    assert "/dev/tty1" in script


def test_a_bucket_is_spoken_to_with_what_the_image_carries(tmp_path: Path) -> None:
    """Of botocore's data only those of S3 are kept: a client is made from them alone."""
    root = tmp_path / "root"
    kept = root / roots.BOTOCORE_DATA
    brought = Path(botocore.__file__).parent / "data"
    kept.mkdir(parents=True)
    for path in brought.iterdir():
        if path.name in {roots.S3, "ec2", "sts"} or path.is_file():
            (shutil.copytree if path.is_dir() else shutil.copy)(path, kept / path.name)
    (root / "usr/libexec/gcc/12").mkdir(parents=True)
    roots.leave_out(root)
    assert [path.name for path in kept.iterdir() if path.is_dir()] == [roots.S3]
    assert not (root / "usr/libexec/gcc").exists()
    session = botocore.session.get_session()
    loader = botocore.loaders.Loader(extra_search_paths=[str(kept)], include_default_search_paths=False)
    session.register_component("data_loader", loader)
    client = session.create_client(
        "s3", region_name="eu-central-1", aws_access_key_id="a", aws_secret_access_key="b"
    )
    assert client.meta.endpoint_url == "https://s3.eu-central-1.amazonaws.com"


def test_a_class_of_screens_names_its_driver() -> None:
    """X takes a class without one for a driver without a name, and does not start."""
    text = (OVERLAY / "etc/X11/xorg.conf.d/10-matinee.conf").read_text("utf-8")
    classes = re.findall(r'^Section "OutputClass"$(.*?)^EndSection$', text, re.MULTILINE | re.DOTALL)
    assert classes
    assert all('Driver "modesetting"' in one for one in classes)


def test_imager_is_told_sizes_and_hashes(tmp_path: Path) -> None:
    raw, packed = tmp_path / "m-1-arm64.img", tmp_path / "m-1-arm64.img.zst"
    raw.write_bytes(b"raw")
    packed.write_bytes(b"pack")
    (tmp_path / "m-1-arm64.cdx.json").write_text("{}")
    papers.write(packed, tmp_path, "arm64", None, "1")
    entry = papers.imager(packed, raw, "arm64", "1")["os_list"][0]  # type: ignore[index]
    assert (entry["extract_size"], entry["image_download_size"], entry["init_format"]) == (
        3,
        4,
        "rpi-preseed",
    )
    done = subprocess.run(
        ["sha256sum", "-c", "m-1-arm64.sha256"], cwd=tmp_path, capture_output=True, check=False
    )
    assert done.returncode == 0


def test_what_is_switched_on_or_off_is_a_unit_name() -> None:
    for unit in (*roots.ENABLED, *roots.MASKED):
        assert re.fullmatch(r"[\w.@-]+\.(service|target|timer|path|mount|automount)", unit)
    assert not set(roots.ENABLED) & set(roots.MASKED)
    assert "getty@.service" in roots.MASKED


def test_the_boxs_settings_in_the_image_are_settings(paths: Paths) -> None:
    shutil.copy(OVERLAY / "usr/lib/matinee/config.toml", paths.config_file)
    settings = config.load(paths)
    assert (settings.display.name, settings.portal.accel) == (":0", ACCEL)
