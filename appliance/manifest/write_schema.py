"""`python -m appliance.manifest.write_schema`: write the JSON Schemas that editors and programs read."""

from __future__ import annotations

import json
from pathlib import Path

from appliance.manifest.schemas import Schema, schema_of

if __name__ == "__main__":
    folder = Path(__file__).with_name("schemas")
    folder.mkdir(exist_ok=True)
    for schema in Schema:
        text = json.dumps(schema_of(schema), indent=1, sort_keys=True, ensure_ascii=False)
        (folder / f"{schema}.schema.json").write_text(f"{text}\n", "utf-8")
