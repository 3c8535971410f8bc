"""Which extractor this is: a digest of the code and the trained model that read an article, and of the libraries they rest on.

Stores read an article anew from its stored text once the version is another one (``kg.ingesting``). Data files count in the
version of the ontology.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import cache
from importlib.metadata import version
from importlib.resources import files

from kg.model import digest

CODE = {"ingest": (), "ontology": (), "kg": ("model", "namespaces", "rdf", "terms", "validate")}
"""The packages whose modules count: those that are named, or all."""

LIBRARIES = ("ginza", "ja-ginza", "python-crfsuite", "spacy", "sudachidict-core", "sudachipy", "thinc")


def code() -> dict[str, str]:
    """The text of every module that counts, by its name."""
    return {
        f"{package}.{name}": file.read_text("utf-8")  # whose line ends are the same everywhere
        for package, names in CODE.items()
        for file in files(package).iterdir()
        if (name := file.name.removesuffix(".py")) != file.name and (not names or name in names)
    }


def fingerprint(*parts: Mapping[str, str]) -> str:
    """12 hex digits that change with every name and text, but not with their order."""
    return digest(*(text for part in parts for pair in sorted(part.items()) for text in pair), size=12)


@cache
def extractor_version() -> str:
    """The version that readings carry; the same for the same code and libraries, wherever they are installed."""
    model = hashlib.sha256((files("ingest") / "models" / "names.crfsuite").read_bytes()).hexdigest()
    return fingerprint(code(), {name: version(name) for name in LIBRARIES}, {"names.crfsuite": model})
