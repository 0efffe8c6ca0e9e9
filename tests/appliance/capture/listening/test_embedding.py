"""YAMNet in OpenCV, against the same network in nothing but numpy; weights that are absent, or spoilt."""

from __future__ import annotations

import zipfile
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from appliance.capture.listening import choice, embedding_cv
from appliance.capture.listening.detector_dsp import DspDetector
from appliance.capture.listening.detector_yamnet import YamnetDetector
from appliance.capture.listening.embedding_cv import SIZE, Yamnet, find_weights
from appliance.capture.listening.log_mel import PATCH_SAMPLES, logged, mel
from appliance.capture.listening.onnx_wire import node, read_weights, write_chain
from appliance.errors import MatineeError

_Array = npt.NDArray[np.float32]


def _archive() -> Path:
    found = find_weights()
    assert found is not None, "image-build/bootstrap.sh installs the weights"
    return found


def _convolved(image: _Array, kernel: _Array, bias: _Array, stride: int) -> _Array:
    """TensorFlow's SAME padding: what is missing is added behind first."""
    outputs, _, side, _ = kernel.shape
    height, width = (-(-size // stride) for size in image.shape[1:])
    down, across = (
        max(0, (out - 1) * stride + side - size)
        for out, size in zip((height, width), image.shape[1:], strict=True)
    )
    padded = np.pad(image, ((0, 0), (down // 2, down - down // 2), (across // 2, across - across // 2)))
    total = np.zeros((outputs, height, width), np.float32)
    for y in range(side):
        for x in range(side):
            part = padded[
                :, y : y + (height - 1) * stride + 1 : stride, x : x + (width - 1) * stride + 1 : stride
            ]
            weights = kernel[:, :, y, x]
            if kernel.shape[1] == 1:
                total += part * weights[:, 0, None, None]
            else:
                total += np.tensordot(weights, part, axes=1)
    return np.maximum(total + bias[:, None, None], 0)


def test_the_network_in_opencv_is_the_network_in_plain_numpy() -> None:
    with zipfile.ZipFile(_archive()) as packed:
        names = {Path(name).name: name for name in packed.namelist()}
        weights = read_weights(packed.read(names["model.onnx"]), packed.read(names["model.data"]))
    rng = np.random.default_rng(1)
    patch = logged(mel(rng.uniform(-0.3, 0.3, PATCH_SAMPLES).astype(np.float32)))
    image: _Array = patch[np.newaxis]
    strides = {0: 2, 3: 2, 7: 2, 11: 2, 23: 2}
    for layer in range(27):
        kernel, bias = weights[f"onnx::Conv_{241 + 3 * layer}"], weights[f"onnx::Conv_{242 + 3 * layer}"]
        image = _convolved(image, kernel, bias, strides.get(layer, 1))
    assert np.allclose(Yamnet(_archive()).embed(patch), image.mean(axis=(1, 2)), atol=2e-4)


def test_weights_that_were_cut_off_are_refused_with_a_sentence(tmp_path: Path) -> None:
    spoilt = tmp_path / "weights.zip"
    spoilt.write_bytes(_archive().read_bytes()[:50_000])
    with pytest.raises(MatineeError, match="can not be read"):
        Yamnet(spoilt)


def test_an_archive_of_something_else_is_refused(tmp_path: Path) -> None:
    other = tmp_path / "weights.zip"
    with zipfile.ZipFile(other, "w") as packed:
        packed.writestr("a/model.onnx", b"\x08\x01")
        packed.writestr("a/model.data", b"")
    with pytest.raises(MatineeError, match="can not be read"):
        Yamnet(other)


def test_with_weights_the_box_listens_with_yamnet() -> None:
    assert isinstance(choice.open_detector(), YamnetDetector)


def test_without_weights_plain_analysis_takes_over_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedding_cv, "_ARCHIVE", Path("data/not-there.zip"))
    detector = choice.open_detector()
    assert isinstance(detector, DspDetector)
    assert "YAMNet" in detector.name
    assert "not installed" in detector.name


def test_what_is_written_is_read_again() -> None:
    weights = {"k": np.arange(6, dtype=np.float32).reshape(2, 3), "b": np.ones(300, np.float32)}
    model = write_chain([node("Relu", ("input",), "output")], weights, (1, 3), (1, 3))
    again = read_weights(model, b"")
    assert {name: value.tolist() for name, value in again.items()} == {
        name: value.tolist() for name, value in weights.items()
    }


def test_an_embedding_has_1024_numbers() -> None:
    assert Yamnet(_archive()).embed(np.zeros((96, 64), np.float32)).shape == (SIZE,)
