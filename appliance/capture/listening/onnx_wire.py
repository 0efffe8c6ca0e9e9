"""The little of ONNX that we need: read the weights of a file, write a chain of layers (see onnx.proto3).

A package that does this weighs more than all the rest of listening, and would be needed on the box.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import numpy.typing as npt

Weights = npt.NDArray[np.float32]

_VARINT, _BYTES, _MORE = 0, 2, 0x80
_FIXED = {1: 8, 5: 4}
_FLOAT, _INT, _INTS = 1, 2, 7
_MODEL_GRAPH, _GRAPH_NODE, _GRAPH_NAME, _GRAPH_WEIGHTS, _GRAPH_INPUT, _GRAPH_OUTPUT = 7, 1, 2, 5, 11, 12
_DIMS, _TYPE, _NAME, _RAW, _EXTERNAL = 1, 2, 8, 9, 13
_IR_VERSION, _OPSET = 8, 13


def read_weights(model: bytes, beside: bytes) -> dict[str, Weights]:
    """Return each float tensor of a model by name; ``beside``: its external data. ``ValueError``: none."""
    found: dict[str, Weights] = {}
    for field, graph in _fields(model):
        if field != _MODEL_GRAPH or not isinstance(graph, bytes):
            continue
        for kind, tensor in _fields(graph):
            if kind == _GRAPH_WEIGHTS and isinstance(tensor, bytes):
                found.update(_tensor(tensor, beside))
    return found


def write_chain(
    nodes: Sequence[bytes], weights: Mapping[str, Weights], shape: Sequence[int], result: Sequence[int]
) -> bytes:
    """Return a model of ``nodes`` from ``input`` (of ``shape``) to ``output`` (of the shape ``result``)."""
    graph = b"".join(_bytes(_GRAPH_NODE, one) for one in nodes)
    graph += _bytes(_GRAPH_NAME, b"chain")
    for name, values in weights.items():
        dims = b"".join(_int(_DIMS, size) for size in values.shape)
        raw = np.ascontiguousarray(values, "<f4").tobytes()
        tensor = dims + _int(_TYPE, _FLOAT) + _bytes(_NAME, name.encode()) + _bytes(_RAW, raw)
        graph += _bytes(_GRAPH_WEIGHTS, tensor)
    graph += _value(_GRAPH_INPUT, "input", shape) + _value(_GRAPH_OUTPUT, "output", result)
    return _int(1, _IR_VERSION) + _bytes(_MODEL_GRAPH, graph) + _bytes(8, _int(2, _OPSET))


def node(kind: str, inputs: Sequence[str], output: str, **attributes: int | Sequence[int]) -> bytes:
    """Return one layer."""
    content = b"".join(_bytes(1, name.encode()) for name in inputs)
    content += _bytes(2, output.encode()) + _bytes(3, output.encode()) + _bytes(4, kind.encode())
    for name, value in attributes.items():
        if isinstance(value, int):
            attribute = _int(3, value) + _int(20, _INT)
        else:
            attribute = b"".join(_int(8, one) for one in value) + _int(20, _INTS)
        content += _bytes(5, _bytes(1, name.encode()) + attribute)
    return content


def _value(field: int, name: str, shape: Sequence[int]) -> bytes:
    sizes = b"".join(_bytes(1, _int(1, size)) for size in shape)
    kind = _bytes(1, _int(1, _FLOAT) + _bytes(2, sizes))
    return _bytes(field, _bytes(1, name.encode()) + _bytes(2, kind))


def _tensor(content: bytes, beside: bytes) -> dict[str, Weights]:
    dims: list[int] = []
    kind, name, raw = 0, "", b""
    place: dict[str, str] = {}
    for field, value in _fields(content):
        if field == _DIMS:
            dims += [value] if isinstance(value, int) else _packed(value)
        elif field == _TYPE and isinstance(value, int):
            kind = value
        elif field == _NAME and isinstance(value, bytes):
            name = value.decode()
        elif field == _RAW and isinstance(value, bytes):
            raw = value
        elif field == _EXTERNAL and isinstance(value, bytes):
            key, said = (one for _, one in _fields(value))
            place[_text(key)] = _text(said)
    if kind != _FLOAT:
        return {}
    if "length" in place:
        begin = int(place.get("offset", "0"))
        raw = beside[begin : begin + int(place["length"])]
    values = np.frombuffer(raw, "<f4")
    return {name: values.reshape(dims)} if values.size == np.prod(dims) else {}


def _text(value: int | bytes) -> str:
    return value.decode() if isinstance(value, bytes) else str(value)


def _packed(content: bytes) -> list[int]:
    values, at = [], 0
    while at < len(content):
        value, at = _varint(content, at)
        values.append(value)
    return values


def _fields(content: bytes) -> Iterator[tuple[int, int | bytes]]:
    at = 0
    while at < len(content):
        tag, at = _varint(content, at)
        field, wire = tag >> 3, tag & 7
        if wire == _VARINT:
            value, at = _varint(content, at)
            yield field, value
            continue
        if wire == _BYTES:
            size, at = _varint(content, at)
        elif wire in _FIXED:
            size = _FIXED[wire]
        else:
            raise ValueError(wire)
        if at + size > len(content):
            raise ValueError(size)
        yield field, content[at : at + size]
        at += size


def _varint(content: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while at < len(content):
        byte = content[at]
        at += 1
        value |= (byte & (_MORE - 1)) << shift
        if byte < _MORE:
            return value, at
        shift += 7
    raise ValueError(at)


def _int(field: int, value: int) -> bytes:
    return _encoded(field << 3 | _VARINT) + _encoded(value)


def _bytes(field: int, content: bytes) -> bytes:
    return _encoded(field << 3 | _BYTES) + _encoded(len(content)) + content


def _encoded(value: int) -> bytes:
    out = bytearray()
    while value >= _MORE:
        out.append(value & (_MORE - 1) | _MORE)
        value >>= 7
    out.append(value)
    return bytes(out)
