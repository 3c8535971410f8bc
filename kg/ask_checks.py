"""What is checked of ``ontology/questions.yaml`` before it is used, and where a row of it stands."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import yaml

from ontology import Ontology

LANGUAGES = ("en", "ja")
ROLES = frozenset({"subject", "object", "value", "product", "quantity", "amount", "role"})


def line_of(text: str, *path: str) -> int:
    """The line of a place in the file."""
    node = yaml.compose(text, yaml.SafeLoader)
    line = 1
    for step in path:
        pairs = node.value if isinstance(node, yaml.MappingNode) else []
        for key, value in pairs:
            if key.value == step:
                line, node = key.start_mark.line + 1, value
    return line


def faults(said: Mapping[str, Any], ontology: Ontology) -> Iterator[tuple[tuple[str, ...], str]]:
    """What is wrong with the properties, and where."""
    for name in ontology.properties.keys() - said["properties"].keys():
        yield ("properties",), f"says nothing about {name}"
    for name, entry in said["properties"].items():
        if name not in ontology.properties:
            yield ("properties", name), f"unknown property {name}"
        for language in LANGUAGES:
            for kind in ("nouns", "ask"):
                for role in entry.get(language, {}).get(kind, {}):
                    if role.removeprefix("less ").lstrip("~") not in ROLES | {"truth"}:
                        yield ("properties", name, language, kind, role), f"unknown role {role}"
            for frame in entry.get(language, {}).get("verbs", {}):
                if any(place.partition("=")[2] not in ROLES for place in frame.lstrip("~").split()):
                    yield ("properties", name, language, "verbs", frame), f"a frame is place=role …, not {frame}"
