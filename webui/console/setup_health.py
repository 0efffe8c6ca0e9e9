"""Health on one page: check, issue, suggestion, fix; and the file for whoever helps from afar."""

from __future__ import annotations

from flask import Blueprint, make_response, render_template
from flask.typing import ResponseReturnValue

from provisioning.health_round import examine, ill
from provisioning.support import bundle, contents, system_journal
from webui.console.console import here
from webui.console.guard import staff_only

pages = Blueprint("setup_health", __name__)


@pages.get("/setup/health")
@staff_only()
def health() -> ResponseReturnValue:
    """What `matinee doctor` says, those that need somebody first."""
    findings = examine(here().paths, here().clock, thorough=False)
    wrong = sorted(ill(findings), key=lambda finding: not finding.grave)
    well = [finding for finding in findings if not finding.remedy]
    return render_template("console/setup_health.html", wrong=wrong, well=well)


@pages.get("/setup/health/support")
@staff_only()
def support() -> ResponseReturnValue:
    """What is in the file, word for word, before anybody sends it."""
    files = contents(here().paths, here().clock, system_journal)
    return render_template("console/setup_support.html", files=files)


@pages.get("/setup/health/support.zip")
@staff_only()
def support_file() -> ResponseReturnValue:
    """The file."""
    response = make_response(bundle(here().paths, here().clock))
    response.mimetype = "application/zip"
    response.headers["Content-Disposition"] = 'attachment; filename="matinee-support.zip"'
    return response
