"""Counts of parts: 内訳はH100が15万基、H200が5万基."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from ingest.claims import Draft
from ingest.ellipsis import sized
from ingest.scene import Scene
from ontology.usage import usage


def parted(scene: Scene, drafts: Iterable[Draft]) -> list[Draft]:
    """The drafts of a sentence; where it counts several products of one thing, each count says of which (``product``)."""
    made = list(drafts)
    at, products = scene.start, {}
    for count in (q for q in scene.marks.quantities if q.kind == "count"):
        if names := [n for n in scene.marks.inside(at, count.start).names if n.type == "Product"]:
            products[count] = names[-1].entity("Product")
        at = count.end
    told = {
        number: next((product for count, product in products.items() if sized(draft, count)), None)
        for number, draft in enumerate(made)
        if draft.predicate == usage().chips
    }
    if len({product.id for product in told.values() if product}) < 2:
        return made
    return [
        replace(draft, qualifiers={**draft.qualifiers, "product": product}) if (product := told.get(number)) else draft
        for number, draft in enumerate(made)
    ]
