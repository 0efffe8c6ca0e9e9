"""What botocore has to know before it speaks S3, read quickly.

boto3 adds a layer above it that nothing here needs; with it, and with botocore's own way of reading JSON, a
client takes twice the time to make, 60 modules more and 8 MB.
"""

from __future__ import annotations

import gzip
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
from botocore.loaders import JSONFileLoader, Loader
from botocore.session import Session, get_session


@cache
def s3_session() -> Session:
    """One for all buckets: reading what S3 is takes a second on a small board."""
    session = get_session()
    session.register_component("data_loader", _S3Alone())
    return session


class _Reader(JSONFileLoader):
    """Two megabytes of JSON say what S3 is."""

    def load_file(self, file_path: str) -> Any:  # noqa: ANN401 whatever stands there
        """Read ``file_path``, which is named without its ending; None if there is no such file."""
        plain, packed = Path(f"{file_path}.json"), Path(f"{file_path}.json.gz")
        if packed.is_file():
            return msgspec.json.decode(gzip.decompress(packed.read_bytes()))
        return msgspec.json.decode(plain.read_bytes()) if plain.is_file() else None


class _S3Alone(Loader):
    """Models of services: it need not look which hundreds of others there are."""

    FILE_LOADER_CLASS = _Reader

    def list_available_services(self, _type_name: str) -> list[str]:
        """Only the one."""
        return ["s3"]
