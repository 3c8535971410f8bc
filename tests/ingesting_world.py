"""Articles in several versions, and a program that reads them into a store and says what it has acknowledged; to be killed."""

from __future__ import annotations

import sys
from dataclasses import replace
from functools import cache
from pathlib import Path

import ontology
from kg.ingesting import ingest
from kg.model import Article, Reading
from kg.store import open_store
from ontology import Ontology
from tests.readings import sample

ARTICLES = 12
EXTRACTOR = "extractor-1"


@cache
def onto() -> Ontology:
    """The real properties, but few entities, so that a new store is made quickly."""
    return replace(ontology.load(), entities={}, version="0123456789ab")


def read(article: Article) -> Reading:
    """What the extractor would give: some of the sample's claims, others in each version."""
    full = sample(article.id).claims
    left_out = (len(article.id) + int(article.publisher)) % (len(full) + 1)
    return Reading(article, full[:left_out] + full[left_out + 1 :], EXTRACTOR, onto().version)


def articles(version: int) -> list[Article]:
    """The same articles, each version published by another paper."""
    return [sample(f"{'a' * (n % 7 + 1)}{n}", publisher=str(version)).article for n in range(ARTICLES)]


def say(word: str) -> None:
    """A line that whoever started this sees at once."""
    sys.stdout.write(f"{word}\n")
    sys.stdout.flush()


def main(place: str, version: int) -> None:
    """Ingests a version, naming each article on standard output once it is acknowledged."""
    say("ready")
    with open_store(Path(place), onto=onto()) as store:
        for kept in ingest(store, articles(version), read, extractor=EXTRACTOR, onto=onto()):
            say(kept.article.id)
    say("done")


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
