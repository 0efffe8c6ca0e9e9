"""`python -m appliance.model.write_fail_sheet`: print the end of the manual's chapter "Rehearsal"."""

from __future__ import annotations

import sys

from appliance.model.rehearsal_fails import sheet

if __name__ == "__main__":
    sys.stdout.write(sheet())
