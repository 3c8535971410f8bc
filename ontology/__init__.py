"""What can be said, as data: vocabulary, shapes, known entities, lexicon, cues, rules, named queries."""

from ontology.loading import Ontology, data, load, normal
from ontology.model import KnownEntity, Label, OntologyError, Property

__all__ = ["KnownEntity", "Label", "Ontology", "OntologyError", "Property", "data", "load", "normal"]
