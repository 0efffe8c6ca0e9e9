"""`python -m appliance.manifest.write_schema`: write the JSON Schema that editors read."""

from __future__ import annotations

import json
from pathlib import Path

from appliance.manifest.document import json_schema

if __name__ == "__main__":
    text = json.dumps(json_schema(), indent=1, sort_keys=True, ensure_ascii=False)
    Path(__file__).with_name("event.schema.json").write_text(f"{text}\n", "utf-8")
