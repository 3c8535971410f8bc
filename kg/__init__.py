"""The graph of claims: model, RDF mapping, stores, queries, answers, exports."""

from kg.ask import ask
from kg.notebook import claims
from kg.store import open_store

__all__ = ["ask", "claims", "open_store"]
