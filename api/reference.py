"""The OpenAPI document as a page shows it: routes by what they are about, with parameters, bodies and answers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

Json = Mapping[str, Any]
METHODS = ("get", "post", "put", "patch", "delete")


def routes(document: Json) -> dict[str, list[dict[str, Any]]]:
    """Every operation by its tag, each in the order of the document."""
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for path, methods in document["paths"].items():
        for method in METHODS:
            if method in methods:
                told = methods[method]
                found[told.get("tags", ["service"])[0]].append(_operation(path, method, told))
    return dict(found)


def schemas(document: Json) -> Iterator[tuple[str, str, list[dict[str, Any]]]]:
    """Name, description and fields of every shape of a body."""
    for name, schema in document["components"]["schemas"].items():
        needed = schema.get("required", ())
        fields = [
            {"name": field, "type": kind(told), "needed": field in needed, "text": told.get("description", "")}
            for field, told in schema.get("properties", {}).items()
        ]
        yield name, schema.get("description", ""), fields


def kind(schema: Json) -> str:
    """What a schema allows, in a few words.

    >>> kind({"anyOf": [{"type": "array", "items": {"type": "string"}}, {"type": "null"}]})
    'list of string'
    >>> kind({"$ref": "#/components/schemas/ClaimBody"}), kind({"enum": ["csv", "jsonl"]})
    ('ClaimBody', 'csv or jsonl')
    """
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    for several in ("anyOf", "oneOf", "allOf"):
        if several in schema:
            return " or ".join(kind(each) for each in schema[several] if each.get("type") != "null")
    if "enum" in schema or "const" in schema:
        return " or ".join(map(str, schema.get("enum", [schema.get("const")])))
    if schema.get("type") == "array":
        return f"list of {kind(schema.get('items', {}))}"
    return str(schema.get("format") if schema.get("format") == "binary" else schema.get("type", "anything"))


def _operation(path: str, method: str, told: Json) -> dict[str, Any]:
    body = told.get("requestBody", {}).get("content", {})
    return {
        "id": f"{method}-{path.strip('/').replace('/', '-')}" if path != "/" else method,
        "method": method.upper(),
        "path": path,
        "summary": told.get("description", told.get("summary", "")).partition("\n\n")[0],
        "text": told.get("description", "").partition("\n\n")[2],
        "locked": bool(told.get("security")),
        "parameters": [_parameter(each) for each in told.get("parameters", ())],
        "bodies": [(media, kind(content.get("schema", {}))) for media, content in body.items()],
        "answers": [_answer(status, answer) for status, answer in told.get("responses", {}).items()],
    }


def _parameter(told: Json) -> dict[str, Any]:
    schema = told.get("schema", {})
    default = schema.get("default")
    return {
        "name": told["name"],
        "where": told["in"],
        "needed": told.get("required", False),
        "type": kind(schema),
        "default": "" if default in (None, [], "") else str(default),
        "text": told.get("description") or schema.get("description", ""),
    }


def _answer(status: str, told: Json) -> dict[str, Any]:
    content = told.get("content", {})
    shapes = dict.fromkeys(kind(each["schema"]) for each in content.values() if each.get("schema"))
    return {"status": status, "text": told.get("description", ""), "media": list(content), "shapes": list(shapes)}
