"""The world that questions are asked about in tests: claims of ``tests/questions/claims.txt`` in a store in memory."""

from __future__ import annotations

import re
from collections import defaultdict
from functools import cache
from pathlib import Path

import ontology
from kg import namespaces as ns
from kg.ask import Answer
from kg.model import Article, Claim, DateValue, Entity, Evidence, Modality, Qualifier, Quantity, Reading, Value, digest
from kg.question import Filters, Kind, Known, Step
from kg.rdf import quads
from kg.store import Store, open_store
from ontology import Label

FOLDER = Path(__file__).parent / "questions"
ARTICLES = {
    "a1": ("How the Memphis hall was wired", "Data Daily", "2024-06-10"),
    "a2": ("イーロン・マスク氏の計算センターを読む", "夕刊テック", "2024-11-20"),
    "a3": ("箱根の谷に生まれた計算拠点", "Grid News", "2025-02-01"),
    "a4": ("Plans beyond Memphis", "Financial Times", "2024-12-04"),
}
INVENTED = {
    "minato-cloud": ("Organization", "Minato Cloud", "ミナトクラウド"),
    "suzaku-semi": ("Organization", "Suzaku Semiconductor", "スザク半導体"),
    "kaede-robotics": ("Organization", "Kaede Robotics", "カエデロボティクス"),
    "hakone": ("Facility", "Hakone Compute Hall", "箱根計算ホール"),
    "akiko-tanabe": ("Person", "Akiko Tanabe", "田辺明子"),
    "ren-ogawa": ("Person", "Ren Ogawa", "小川蓮"),
    "kaede-1": ("Model", "Kaede-1", "カエデ1"),
    "suzaku-chip": ("Product", "Suzaku S2 GPU", "スザクS2"),
    "mirai": ("Project", "Mirai Project", "みらい計画"),
}
NUMBER = r"-?\d+(?:\.\d+)?(?:e\d+)?"
VALUE = re.compile(rf"([=~]|>=|<=)?({NUMBER})(?:\.\.({NUMBER}))? (\S+)")


@cache
def entity(name: str) -> Entity:
    """A known entity by its id, or an invented one that an article introduces."""
    if name in INVENTED:
        type_, english, japanese = INVENTED[name]
        return Entity("x_" + digest(name, size=12), type_, (Label(english, "en"), Label(japanese, "ja")), discovered=True)
    known = ontology.load().entities[name]
    return Entity(known.id, known.type, known.labels)


@cache
def short(id: str) -> str:
    """The name that the tables use for an entity's id."""
    return next((name for name in INVENTED if entity(name).id == id), id)


def value(text: str) -> Value | None:
    """A quantity or a date of the tables; None for the name of an entity."""
    found = VALUE.fullmatch(text)
    if found:
        comparator, number, most, unit = found.groups()
        if most:
            return Quantity(unit, None, float(number), float(most))
        return Quantity(unit, float(number), comparator=comparator or "=")
    return DateValue(text) if re.fullmatch(r"\d{4}(-\d\d){0,2}", text) else None


def rows(name: str) -> list[list[str]]:
    """The rows of a table, comments left out."""
    lines = (FOLDER / name).read_text("utf-8").splitlines()
    return [[cell.strip() for cell in line.split("|")] for line in lines if line.strip() and not line.startswith("#")]


def _claim(
    article: str, subject: str, predicate: str, target: str, modality: str, speaker: str, more: str, start: int, quote: str
) -> Claim:
    speakers = (entity(speaker),) if speaker else ()
    said = dict(part.strip().split("=", 1) for part in more.split(";") if "=" in part)
    qualifiers: dict[str, Qualifier] = {
        name: value(text) or (text if name == "role" else entity(text)) for name, text in said.items()
    }
    as_of = re.search(r"as of (\S+)", more)
    return Claim(
        article,
        entity(subject),
        predicate,
        (Evidence(start, start + len(quote), quote, Modality(modality), speakers),),
        object=None if value(target) else entity(target),
        value=value(target),
        qualifiers=qualifiers,
        modality=Modality(modality),
        attributed_to=speakers,
        as_of=as_of.group(1) if as_of else None,
    )


def readings() -> list[Reading]:
    """One reading an article; its text is the claims' sentences one after the other."""
    texts: dict[str, str] = defaultdict(str)
    claims: dict[str, list[Claim]] = defaultdict(list)
    for article, subject, predicate, target, modality, speaker, more in rows("claims.txt"):
        named = target if value(target) else entity(target).labels[0].text
        quote = f"{entity(subject).labels[0].text} {predicate} {named}"
        claims[article].append(_claim(article, subject, predicate, target, modality, speaker, more, len(texts[article]), quote))
        texts[article] += quote + ".\n"
    made = []
    for id, (title, publisher, published) in ARTICLES.items():
        told = Article(id, texts[id], title, publisher, f"https://{id}.example/story", published)
        made.append(Reading(told, tuple(claims[id]), "test", "test"))
    return made


@cache
def world() -> Store:
    """The store with all of it; nobody may write to it."""
    store = open_store()
    for reading in readings():
        store.replace(ns.article_iri(reading.article.id), quads(reading))
    return store


def told(step: Step, filters: Filters | None = None) -> str:
    """A reading as the tables write it: property.role, what is given, and whatever narrows it."""
    given = " ".join(f"{role}={_given(node)}" for role, node in step.given)
    parts = [f"{step.property}.{step.want}", given, "/".join(sorted(step.types)), step.order]
    parts += [
        f"kind={(step.kind.texts or (step.kind.place,))[0]}" if step.kind else "",
        f"post={step.posts[0]}" if step.posts else "",
        "count" if step.count else "",
        f"also={step.also}" if step.also else "",
        f"or {'/'.join(step.others)}" if step.others else "",
    ]
    most = f"..{step.bound.most:g}" if step.bound and step.bound.most else ""
    parts += [f"{step.bound.limit} {step.bound.number:g}{most} {step.bound.unit}" if step.bound else ""]
    parts += ["among " + ", ".join(short(known.id) for known in step.among) if step.among else ""]
    parts += [f"{step.date.relation} {step.date.date}" if step.date else ""]
    if filters:
        parts += [filters.modality or "", f"by={short(filters.speaker.id) or filters.speaker.label}" if filters.speaker else ""]
        parts += [f"when {filters.time.relation} {filters.time.date}" if filters.time else ""]
        parts += [
            f"in={short(filters.place.id)}" if filters.place else "",
            "inner" if filters.inner else "",
            "newest" if filters.newest else "",
        ]
        parts += ["ahead" if filters.ahead else "", f"without {', '.join(filters.unused)}" if filters.unused else ""]
    return " ".join(part for part in parts if part)


def _given(node: Known | Kind | Step) -> str:
    if isinstance(node, Step):
        return f"[{told(node)}]"
    return short(node.id) if isinstance(node, Known) else "/".join(sorted(node.types)) or (node.texts or ("any",))[0]


def amount(found: Value | str) -> str:
    """A value as the tables write it."""
    if isinstance(found, Quantity):
        number = f"{found.number:g}" if found.number is not None else f"{found.minimum:g}..{found.maximum:g}"
        return f"{found.comparator}{number} {found.unit}".removeprefix("=")
    return found.date if isinstance(found, DateValue) else found


def _said(claim: Claim) -> str:
    """What a claim says as the tables write it."""
    said = short(claim.object.id) if claim.object else amount(claim.value) if claim.value else ""
    return f"{short(claim.subject.id)} {claim.predicate} {said}"


def got(answer: Answer) -> str:
    """The answers as the tables write them: derived ones marked with ~, denied ones with !, then the verdict or the count."""
    names = []
    for found in answer.answers:
        parts = [short(found.entity.id) if found.entity else "", amount(found.value) if found.value is not None else ""]
        parts += [] if any(parts) else [_said(found.claims[0].claim)]
        denied = all(one.claim.modality is Modality.DENIED for one in found.claims)
        names.append("~" * found.derived + "!" * (denied and not found.derived) + " ".join(part for part in parts if part))
    more = answer.verdict or (str(answer.count) if answer.count is not None else "")
    return (", ".join(names) + (f" = {more}" if more else "")).strip()
