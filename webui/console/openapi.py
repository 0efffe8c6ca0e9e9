"""``openapi.json`` (OpenAPI 3.1): exactly what exists, made from the types that answer."""

from __future__ import annotations

import re
from typing import Any

import msgspec

from appliance.model.capture import Clip, Moment
from appliance.model.show_view import ShowView, Verb
from appliance.model.sync_view import SyncView
from webui.console.counter_api import SalesView, StockView
from webui.console.show_api import OPERATIONS

_PROBLEM = {
    "type": "object",
    "description": "RFC 9457 problem details; `key` is stable, `detail` is for people.",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "key": {"type": "string"},
    },
}


def document(session: type, press: type, lights: type) -> dict[str, Any]:
    """Describe the API; the arguments are the types of its bodies."""
    shapes, components = msgspec.json.schema_components(
        [
            ShowView,
            session,
            press,
            lights,
            Moment,
            Clip,
            SyncView,
            StockView,
            SalesView,
            *(body for _, body in OPERATIONS.values()),
        ],
        ref_template="#/components/schemas/{name}",
    )
    view, who, pressed, lit, moment, clip, sync, stock, sales, *bodies = shapes
    verb = {"name": "verb", "in": "path", "required": True, "schema": {"enum": sorted(Verb)}}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Matinee",
            "version": "1",
            "description": "Sign in at /sign-in with the passphrase, ask /api/v1/session for the token,"
            " and send it as X-CSRF-Token with every POST.",
        },
        "security": [{"session": []}],
        "paths": {
            "/api/v1/openapi.json": {
                "get": {**_operation("This document", {"type": "object"}), "security": []}
            },
            "/api/v1/session": {"get": _operation("Who is signed in", who)},
            "/api/v1/show": {"get": _operation("Where the show stands", view)},
            "/api/v1/show/lights": {"post": _operation("House lights by hand", view, lit)},
            "/api/v1/show/{verb}": {
                "parameters": [verb],
                "post": _operation("Carry out a verb of the show", view, pressed),
            },
            **{
                f"/api/v1/show/{path}": {**_parameters(path), "post": _operation(words, view, body)}
                for (path, (words, _)), body in zip(OPERATIONS.items(), bodies, strict=True)
            },
            "/api/v1/capture/mark": {"post": _operation("Mark this moment", moment, {"type": "object"})},
            "/api/v1/clips": {"get": _operation("Every clip", {"type": "array", "items": clip})},
            "/api/v1/clips/{clip}/approve": {
                "parameters": [
                    {"name": "clip", "in": "path", "required": True, "schema": {"type": "string"}}
                ],
                "post": _operation("Let a clip be shown and leave the box", clip, {"type": "object"}),
            },
            "/api/v1/counter/stock": {"get": _for_tills(_operation("Every pile as it stands; ETag", stock))},
            "/api/v1/counter/sales": {
                "parameters": [
                    {"name": "after", "in": "query", "required": False, "schema": {"type": "string"}}
                ],
                "get": _for_tills(_operation("What was paid and given back after a line", sales)),
            },
            "/api/v1/sync": {"get": _operation("What waits for the bucket", sync)},
        },
        "components": {
            "schemas": {**components, "Problem": _PROBLEM},
            "responses": {
                "Problem": _content("Why not", {"$ref": "#/components/schemas/Problem"}, problem=True)
            },
            "securitySchemes": {
                "session": {"type": "apiKey", "in": "cookie", "name": "matinee_session"},
                "till": {"type": "http", "scheme": "bearer"},
            },
        },
    }


def _for_tills(operation: dict[str, Any]) -> dict[str, Any]:
    """Also for who has the token of ``[till]`` in config.toml."""
    return {**operation, "security": [{"till": []}, {"session": []}]}


def _parameters(path: str) -> dict[str, Any]:
    named = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        for name in re.findall(r"{(\w+)}", path)
    ]
    return {"parameters": named} if named else {}


def _operation(summary: str, answer: dict[str, Any], body: dict[str, Any] | None = None) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "summary": summary,
        "responses": {
            "200": _content("Done", answer),
            "default": {"$ref": "#/components/responses/Problem"},
        },
    }
    if body is not None:
        operation["requestBody"] = {"content": {"application/json": {"schema": body}}}
        operation["parameters"] = [
            {"name": "X-CSRF-Token", "in": "header", "required": True, "schema": {"type": "string"}}
        ]
    return operation


def _content(words: str, schema: dict[str, Any], *, problem: bool = False) -> dict[str, Any]:
    kind = "application/problem+json" if problem else "application/json"
    return {"description": words, "content": {kind: {"schema": schema}}}
