"""The graph of claims: model, RDF mapping, stores, queries, answers, exports."""

from kg.ask import ask
from kg.notebook import agreement, claims, conflicts
from kg.store import open_store

__all__ = ["agreement", "ask", "claims", "conflicts", "open_store"]
