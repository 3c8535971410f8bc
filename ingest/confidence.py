"""How sure a claim is, by the rule that read it and the way its ends were told: measured on gold texts (docs/extraction.md)."""

from __future__ import annotations

from ingest.claims import Draft

__all__ = ["RULES", "WAYS", "kind"]

RULES = ("predicate", "attribute", "table", "nominal", "maker", "relation")
WAYS = ("named", "referred", "described", "implied")


def kind(draft: Draft) -> str:
    """A rule and a way: the row and column of ``ontology/words/confidence.yaml``.

    An end is ``named`` in the words, ``referred`` to (同社), ``described`` (新しい工場), or only ``implied``; the worst counts.
    """
    rule = draft.rule if draft.rule in RULES else "predicate"
    hows = [ref.how for ref in (draft.subject, draft.object) if ref is not None and ref.how]
    if draft.implied or any(how.startswith("(") for how in hows):
        return f"{rule} implied"
    return f"{rule} {'described' if 'described' in hows else 'referred' if hows else 'named'}"
