"""The table of terms: each constant is the term that its name says."""

from __future__ import annotations

import pytest

from kg import namespaces as ns
from kg.terms import Iri

TERMS = sorted(name for name, value in vars(ns).items() if isinstance(value, Iri) and name.isupper())


@pytest.mark.parametrize("name", TERMS)
def test_a_constant_is_named_after_its_term(name: str) -> None:
    """No constant stands for its neighbour in the table."""
    prefix, _, words = name.partition("_")
    iri = vars(ns)[name]
    if iri.startswith(ns.GRAPHS) and not iri.startswith(ns.KG):
        assert name in {"DEFAULT_GRAPH", "ONTOLOGY_GRAPH", "META_GRAPH", "STORE"}
    else:
        assert iri.startswith(ns.PREFIXES[prefix.lower()])
        assert ns.local(iri).lower().endswith(words.replace("_", "").lower())
