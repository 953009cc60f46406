"""The routes of files as the OpenAPI document tells of them: they are forms and octets, no JSON."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]
_PROBLEM: Json = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
_REF = "^[A-Za-z0-9][A-Za-z0-9 ._-]{0,63}$"
_SAYINGS = {
    400: "The form is not well formed",
    401: "Nobody is signed in",
    403: "Not allowed, or sent by another site",
    404: "Not there, or not for you to know",
    408: "The form did not arrive in time",
    413: "A file is too large, or there are too many",
    415: "No form",
    422: "No file, a file that is not taken (file-kind), or a field that does not validate",
    429: "Too often: see Retry-After",
    503: "Not now: see Retry-After",
}
_SAME = "/api/v1/tickets/{ref}/articles"
"""Where the same is said without files."""
_FORM: Json = {
    "type": "object",
    "required": ["files"],
    "properties": {
        "files": {"type": "array", "items": {"type": "string", "format": "binary"}},
        "kind": {"enum": ["reply", "note", "message", "call"], "default": "note"},
        "body": {"type": "string", "maxLength": 100_000},
        "internal": {"type": "boolean"},
        "interaction": {"type": "string"},
        "sender": {"type": "string", "maxLength": 64},
    },
}


def _placed(name: str) -> Json:
    schema = {"type": "string", "pattern": _REF}
    return {"name": name, "in": "path", "required": True, "schema": schema}


def _refused(*statuses: int) -> Json:
    return {str(one): {"description": _SAYINGS[one], "content": _PROBLEM} for one in statuses}


def _operation(name: str, words: str, tag: str, right: str) -> Json:
    return {
        "operationId": name,
        "summary": words,
        "tags": [tag],
        "security": [{"session": []}, {"key": []}],
        "x-right": right,
    }


def _download(name: str, owner: str, place: str) -> Json:
    file = {"schema": {"type": "string", "format": "binary"}}
    done = {"200": {"description": "The file", "content": {"application/octet-stream": file}}}
    return {
        **_operation(name, "A file, always as a download.", f"{owner}s", f"{owner}:r"),
        "parameters": [_placed(place), _placed("file")],
        "responses": {**done, **_refused(401, 403, 404, 429, 503)},
    }


def _upload(document: Json) -> Json:
    key = {"name": "Idempotency-Key", "in": "header", "required": False}
    added = document["paths"][_SAME]["post"]["responses"]["201"]["content"]
    return {
        **_operation("add_files", "Say something with files.", "tickets", "ticket:a"),
        "parameters": [_placed("ref"), {**key, "schema": {"type": "string", "maxLength": 128}}],
        "requestBody": {"required": True, "content": {"multipart/form-data": {"schema": _FORM}}},
        "responses": {
            "200": {"description": "A repeat: what was made before", "content": added},
            "201": {"description": "Made", "content": added},
            **_refused(400, 401, 403, 404, 408, 413, 415, 422, 429, 503),
        },
    }


def paths(document: Json) -> Json:
    """Path -> method -> operation. document: what tells of the routes of articles."""
    intake = {**_download("intake_file", "intake", "item"), "tags": ["intake"]}
    return {
        "/api/v1/tickets/{ref}/files": {"post": _upload(document)},
        "/api/v1/tickets/{ref}/files/{file}": {"get": _download("ticket_file", "ticket", "ref")},
        "/api/v1/intake/{item}/files/{file}": {"get": intake},
    }
