"""A graph of any size for benchmarks and for tests of what takes long: one article again and again under other names."""

from __future__ import annotations

from pathlib import Path

from readings import sample

import ontology
from kg.background import background_quads, meta_quads
from kg.model import Reading
from kg.rdf import quads
from kg.terms import nquad


def generated(path: Path, count: int) -> None:
    """N-Quads of so many: the background, and one article again and again under other names."""
    onto = ontology.load()
    with path.open("w", encoding="utf-8") as file:
        background = [nquad(quad) for quad in (*background_quads(onto), *meta_quads(onto))]
        file.writelines(f"{line}\n" for line in background)
        for number in range((count - len(background)) // len(list(quads(article(0))))):
            file.writelines(f"{nquad(quad)}\n" for quad in quads(article(number)))


def article(number: int) -> Reading:
    """One of them."""
    return sample(f"a{number:07}")
