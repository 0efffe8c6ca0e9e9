"""Figures as Prometheus text (prometheus.io/docs/instrumenting/exposition_formats, version 0.0.4)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Sample:
    """One value and what tells it from its siblings."""

    value: float
    labels: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Metric:
    """One figure with all its samples; without samples it is not said at all."""

    name: str
    words: str
    samples: tuple[Sample, ...]
    kind: str = "gauge"


def text(metrics: Iterable[Metric]) -> str:
    """Write ``metrics`` out."""
    return "".join(_one(metric) for metric in metrics if metric.samples)


def _one(metric: Metric) -> str:
    head = f"# HELP {metric.name} {metric.words}\n# TYPE {metric.name} {metric.kind}\n"
    return head + "".join(f"{metric.name}{_labels(one.labels)} {one.value:.15g}\n" for one in metric.samples)


def _labels(labels: Mapping[str, str]) -> str:
    if not labels:
        return ""
    return "{" + ",".join(f'{name}="{_escaped(value)}"' for name, value in labels.items()) + "}"


def _escaped(value: str) -> str:
    return value.replace("\\", r"\\").replace("\n", r"\n").replace('"', r"\"")
