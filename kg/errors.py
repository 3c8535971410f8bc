"""Everything that can go wrong for a user, in one tree.

KgError
├── InputError            what was handed in is wrong (HTTP 400, exit 2)
│   ├── InvalidValue      a value breaks an invariant of the model
│   ├── QuerySyntaxError  SPARQL that does not parse
│   ├── UnknownEntity     no entity has that id or name (HTTP 404)
│   ├── UnknownClaim      no claim has that id (HTTP 404)
│   ├── UnknownArticle    no article has that id (HTTP 404)
│   ├── UnknownFormat     no such export or result format (HTTP 406 where it came from Accept)
│   └── ReadError         a file that cannot be read as an article
└── StoreError            the store cannot do it (HTTP 503, exit 2)
    ├── StoreMissing      there is no store at that place
    ├── StoreLocked       another process writes to the store
    ├── Stale             what is stored is not what who writes has seen (HTTP 412)
    ├── StoreTooNew       a newer version of the program made the store
    └── Nonconforming     a graph that breaks the SHACL shapes; refused whole

OntologyError (a file of the ontology is wrong; names file and line) is raised below ``kg`` and so stands beside the tree;
the two places that map errors to HTTP and to exit codes handle it together with KgError.
"""

from __future__ import annotations

from collections.abc import Sequence

from ontology.model import OntologyError

__all__ = [
    "InputError",
    "InvalidValue",
    "KgError",
    "Nonconforming",
    "OntologyError",
    "QuerySyntaxError",
    "ReadError",
    "Stale",
    "StoreError",
    "StoreLocked",
    "StoreMissing",
    "StoreTooNew",
    "UnknownArticle",
    "UnknownClaim",
    "UnknownEntity",
    "UnknownFormat",
]


class KgError(Exception):
    """The root: its text is one line that a user can act on."""


class InputError(KgError):
    """What was handed in is wrong."""


class InvalidValue(InputError):
    """A value breaks an invariant of the model."""


class QuerySyntaxError(InputError):
    """SPARQL that does not parse."""


class UnknownEntity(InputError):
    """No entity has that id or name; names ``like`` it may be meant."""

    def __init__(self, name: str, like: Sequence[str] = ()) -> None:
        super().__init__(f"no entity {name!r}" + f"; like it: {', '.join(like)}" * bool(like))


class UnknownClaim(InputError):
    """No claim has that id."""


class UnknownArticle(InputError):
    """No article has that id."""


class UnknownFormat(InputError):
    """No such export or result format."""


class ReadError(InputError):
    """A file that cannot be read as an article."""


class StoreError(KgError):
    """The store cannot do it."""


class StoreMissing(StoreError):
    """There is no store at that place."""


class StoreLocked(StoreError):
    """Another process writes to the store."""


class Stale(StoreError):
    """What is stored is not what who writes has seen."""


class StoreTooNew(StoreError):
    """A newer version of the program made the store."""


class Nonconforming(StoreError):
    """A graph that breaks the SHACL shapes."""
