"""``/graph``: the claims as a network: shortest paths, what is central, what belongs together, what is near."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Query

from api.apart import Whole
from api.depends import SettingsDep, StoreDep, WindowDep
from api.filters import SelectionDep
from api.schemas import ClaimBody, CommunityBody, LinkBody, Page, PathBody, RankBody
from api.shapes import Lang, Told, cited, entity_id
from kg import network
from kg.jsonl import entity_json
from kg.store import Store

router = APIRouter(tags=["graph"], route_class=Whole)
Measure = Annotated[str, Told(lambda: {"enum": [*network.MEASURES]}), Query(description="How it is measured")]


def about(store: Store, find: Callable[..., tuple[Any, ...]], *ids: str) -> Callable[[network.Network], tuple[Any, ...]]:
    """What ``find`` finds of known things, nothing where the filters leave no relation of one of them.

    Raises :class:`UnknownEntity` for a thing that nobody knows.
    """
    known = [entity_id(store, id) for id in ids]
    return lambda net: find(net, *known) if net.entities.keys() >= set(known) else ()


@router.get("/entities/{id}/neighbors", response_model=Page[LinkBody])
def neighbors(id: str, store: StoreDep, window: WindowDep, chosen: SelectionDep, lang: Lang = Lang.JA) -> dict[str, Any]:
    """Everything one relation away, the most often linked first, with the claims that link it."""
    found = network.kept(store, chosen, ("near", id), about(store, network.neighbours, id))
    shape = cited(store, lang)
    return window.page(found, lambda one: {"entity": entity_json(one.entity), "claims": [shape(claim) for claim in one.claims]})


@router.get("/graph/path", response_model=Page[PathBody])
def path(
    store: StoreDep,
    window: WindowDep,
    settings: SettingsDep,
    chosen: SelectionDep,
    source: Annotated[str, Query(description="An entity, by id or name")],
    target: Annotated[str, Query(description="An entity, by id or name")],
    lang: Lang = Lang.JA,
) -> dict[str, Any]:
    """The shortest ways from one thing to another along claims of any direction, with the claims of each step."""
    most = settings.max_page
    find = about(store, lambda net, one, other: network.paths(net, one, other, most), source, target)
    found = network.kept(store, chosen, (source, target, most), find)
    shape = cited(store, lang)

    def told(way: network.Path) -> dict[str, Any]:
        steps = [[shape(claim) for claim in step] for step in way.steps]
        return {"entities": [entity_json(each) for each in way.entities], "steps": steps}

    return window.page(found, told)


@router.get("/graph/central", response_model=Page[RankBody])
def central(store: StoreDep, window: WindowDep, chosen: SelectionDep, measure: Measure = "degree") -> dict[str, Any]:
    """Everything by how central it is, the most central first."""
    found = network.kept(store, chosen, measure, lambda net: network.central(net, measure))
    return window.page(found, lambda one: {"entity": entity_json(one.entity), "score": one.score})


@router.get("/graph/communities", response_model=Page[CommunityBody])
def communities(store: StoreDep, window: WindowDep, chosen: SelectionDep) -> dict[str, Any]:
    """Groups that are linked more within than without, the largest first."""
    found = network.kept(store, chosen, "communities", network.communities)
    return window.page(found, lambda group: {"size": len(group), "members": [entity_json(each) for each in group]})


@router.get("/graph/ego", response_model=Page[ClaimBody])
def ego(
    store: StoreDep,
    window: WindowDep,
    chosen: SelectionDep,
    entity: Annotated[str, Query(description="An entity, by id or name")],
    hops: Annotated[int, Query(ge=1, le=10, description="How near")] = 1,
    lang: Lang = Lang.JA,
) -> dict[str, Any]:
    """The relations among a thing and everything at most so many relations away from it."""
    find = about(store, lambda net, id: network.ego(net, id, hops).everything(), entity)
    return window.page(network.kept(store, chosen, (entity, hops), find), cited(store, lang))
