"""The loader gives every entity and property as written, and names file and line of whatever is wrong."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import ontology
from ontology.lexicon import FrameRule, load_lexicon, read_row
from ontology.loading import Ontology, load, normal, read

PREFIXES = """\
@prefix kg: <https://aikg.example/ns#> .
@prefix ent: <https://aikg.example/entity/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix schema: <https://schema.org/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
"""
VOCABULARY = """\
kg:Organization a owl:Class .
kg:Place a owl:Class .
kg:Product a owl:Class .
kg:partnersWith a owl:ObjectProperty, owl:SymmetricProperty ;
    schema:domainIncludes kg:Organization ; schema:rangeIncludes kg:Organization ; rdfs:label "提携する"@ja .
kg:cost a owl:DatatypeProperty ;
    schema:domainIncludes kg:Organization, kg:Product ; kg:valueKind "quantity" ; kg:unit "USD", "JPY" ; rdfs:label "cost"@en .
kg:foundedOn a owl:DatatypeProperty ; schema:domainIncludes kg:Organization ; kg:valueKind "date" ; rdfs:label "設立"@ja .
"""
ENTITIES = """\
ent:acme a skos:Concept, kg:Organization ;
    kg:weakLabel "A"@en ; skos:altLabel "ACM"@en, "アクメ・コープ"@ja ; skos:prefLabel "アクメ"@ja, "Acme"@en ;
    kg:ticker "ACM" ; kg:partOf ent:parent .
ent:parent a skos:Concept, kg:Organization ; skos:prefLabel "Parent"@en ; kg:ticker "PAR", "1234" .
ent:anvil a skos:Concept, kg:Product ; skos:prefLabel "Anvil"@en ; kg:weakLabel "Acme"@en ; kg:maker ent:acme .
ent:town a skos:Concept, kg:Place ; skos:prefLabel "町"@ja ; kg:within ent:land .
ent:land a skos:Concept, kg:Place ; skos:prefLabel "国"@ja .
"""
FIRST = PREFIXES.count("\n") + 1


def written(folder: Path, entities: str = ENTITIES, vocabulary: str = VOCABULARY) -> Path:
    """A folder that holds an ontology of these two texts."""
    (folder / "entities").mkdir()
    (folder / "vocabulary.ttl").write_text(PREFIXES + vocabulary, "utf-8")
    (folder / "entities" / "things.ttl").write_text(PREFIXES + entities, "utf-8")
    return folder


@pytest.fixture
def small(tmp_path: Path) -> Ontology:
    return read(written(tmp_path))


def test_properties_carry_kind_domain_range_and_units(small: Ontology) -> None:
    """The three kinds of property are told apart; only a symmetric one says so."""
    assert {name: found.kind for name, found in small.properties.items()} == {
        "partnersWith": "relation",
        "cost": "quantity",
        "foundedOn": "date",
    }
    assert small.properties["cost"].units == {"USD", "JPY"}
    assert small.properties["cost"].domain == {"Organization", "Product"}
    assert [name for name, found in small.properties.items() if found.symmetric] == ["partnersWith"]
    assert small.types == ("Organization", "Place", "Product")


def test_entities_keep_the_order_of_their_names(small: Ontology) -> None:
    """The prefLabels lead, English first; weak names and tickers come last; links are ids."""
    acme = small.entities["acme"]
    assert [label.text for label in acme.labels] == ["Acme", "アクメ", "アクメ・コープ", "A", "ACM"]
    assert (acme.weak, acme.tickers, acme.part_of) == ({"A"}, ("ACM",), "parent")
    assert small.entities["parent"].weak == {"PAR"}
    assert (small.entities["anvil"].maker, small.entities["town"].within) == ("acme", "land")


@pytest.mark.parametrize(
    ("text", "ids"),
    [("ａｃｍｅ", ["acme", "anvil"]), ("アクメコープ", ["acme"]), ("acm", ["acme"]), ("ア ク メ", ["acme"]), ("nobody", [])],
)
def test_names_are_found_in_any_spelling(small: Ontology, text: str, ids: list[str]) -> None:
    """Width, case, spaces and ・ do not matter; who bears the name strongly comes first."""
    assert [entity.id for entity in small.by_label(text)] == ids


@pytest.mark.parametrize(
    ("entities", "line", "message"),
    [
        ('ent:a a skos:Concept ,\n kg:Place ; skos:prefLabel "x" ;; .\n"', 2, "error"),
        ('ent:b a skos:Concept, kg:Place ; skos:prefLabel "b" .\nent:a a kg:Planet ; skos:prefLabel "a" .', 1, "class Planet"),
        ('ent:a skos:prefLabel "a" .', 0, "unknown class none"),
        ("\nent:a a skos:Concept, kg:Place .", 1, "no skos:prefLabel"),
        ('ent:a a kg:Place ; skos:prefLabel "　" .', 0, "empty label"),
        ('ent:a a kg:Place ; skos:prefLabel "あ・A" .\n\nent:b a kg:Place ; skos:prefLabel "あ ａ" .', 2, "already one of a"),
        ('ent:a a kg:Product ; skos:prefLabel "a" ; kg:maker ent:none .', 0, "kg:maker points at none"),
        ('ent:a a kg:Place ; skos:prefLabel "a" ; kg:within ent:a .', 0, "goes round"),
        (
            'ent:a a kg:Place ; skos:prefLabel "a" ; kg:within ent:b .\nent:b a kg:Product ; skos:prefLabel "b" .',
            0,
            "no known Place",
        ),
        ('ent:a a kg:Place ; skos:prefLabel "a" ; kg:partOf ent:none .', 0, "kg:partOf points at none"),
        ('ent:a a kg:Place ; skos:prefLabel "a" ; skos:altLable "b" .', 0, "unknown predicate .*altLable"),
        (
            'ent:a a kg:Place ; skos:prefLabel "a" .\nent:b a kg:Place ; skos:prefLabel "b" .\nent:a skos:altLabel "c" .',
            0,
            "twice",
        ),
        ('kg:a a kg:Place ; skos:prefLabel "a" .', 0, "is not an entity"),
    ],
)
def test_a_wrong_entity_is_named_with_file_and_line(tmp_path: Path, entities: str, line: int, message: str) -> None:
    """Each fault of an entity file stops the loading with its place and reason in one line."""
    with pytest.raises(ontology.OntologyError, match=message) as caught:
        read(written(tmp_path, entities))
    assert f"things.ttl:{FIRST + line}: " in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("vocabulary", "message"),
    [
        (
            'kg:p a owl:ObjectProperty ; schema:domainIncludes kg:Star ; schema:rangeIncludes kg:Place ; rdfs:label "p" .',
            "class Star",
        ),
        ('kg:p a owl:ObjectProperty ; schema:domainIncludes kg:Place ; rdfs:label "p" .', "no schema:rangeIncludes"),
        (
            'kg:p a owl:DatatypeProperty ; schema:domainIncludes kg:Place ; kg:valueKind "number" ; rdfs:label "p" .',
            "valueKind",
        ),
        (
            'kg:p a owl:DatatypeProperty ; schema:domainIncludes kg:Place ; kg:valueKind "quantity" ; rdfs:label "p" .',
            "no kg:unit",
        ),
        ('kg:p a owl:DatatypeProperty ; kg:valueKind "date" ; rdfs:label "p" .', "no schema:domainIncludes"),
        ('kg:p a owl:DatatypeProperty ; schema:domainIncludes kg:Place ; kg:valueKind "date" .', "no rdfs:label"),
    ],
)
def test_a_wrong_property_is_named_with_file_and_line(tmp_path: Path, vocabulary: str, message: str) -> None:
    """Each fault of the vocabulary stops the loading with its place and reason."""
    with pytest.raises(ontology.OntologyError, match=message) as caught:
        read(written(tmp_path, vocabulary=VOCABULARY + vocabulary))
    assert f"vocabulary.ttl:{FIRST + VOCABULARY.count(chr(10))}: p: " in str(caught.value)


def test_an_entity_is_described_in_one_file_only(tmp_path: Path) -> None:
    """The error names the file that has it already."""
    folder = written(tmp_path)
    (folder / "entities" / "zoo.ttl").write_text(PREFIXES + 'ent:acme a kg:Place ; skos:prefLabel "zoo" .', "utf-8")
    with pytest.raises(ontology.OntologyError, match=r"zoo\.ttl:7: acme: is already described in .*things\.ttl"):
        read(folder)


def test_what_is_said_more_closely_has_a_name_in_both_languages() -> None:
    """Every qualifier of the lexicon, and those that articles and tables give, for pages that show them."""
    labels = load().qualifiers
    assert {"product", "quantity", "amount", "role", "period", "round", "from", "to"} <= set(labels)
    assert {name for rule in load_lexicon().frames for name in rule.qualifiers} <= set(labels)
    assert all({label.lang for label in some} == {"ja", "en"} for some in labels.values())


def test_a_missing_vocabulary_is_named(tmp_path: Path) -> None:
    """A folder without vocabulary.ttl is no ontology."""
    with pytest.raises(ontology.OntologyError, match=r"vocabulary\.ttl: No such file"):
        read(tmp_path)


def test_the_version_changes_with_any_data_file(tmp_path: Path) -> None:
    """Twelve hex digits that follow from names and contents of the data files alone."""
    folder = written(tmp_path)
    before = read(folder).version
    (folder / "notes.txt").write_text("not data")
    same = read(folder).version
    (folder / "cues.yaml").write_text("a: b")
    assert same == before != read(folder).version
    assert re.fullmatch("[0-9a-f]{12}", before)


def test_the_package_gives_its_ontology_once_and_its_files_by_name() -> None:
    """``load`` is cached; ``data`` finds a file; ``__all__`` names exactly the public names."""
    assert load() is ontology.load()
    assert ontology.data("vocabulary.ttl").is_file()
    assert load().data("vocabulary.ttl").read_bytes() == ontology.data("vocabulary.ttl").read_bytes()
    assert ontology.__all__ == sorted(ontology.__all__)
    assert all(hasattr(ontology, name) for name in ontology.__all__)


@pytest.mark.parametrize("text", ["ＮＶＩＤＩＡ", "サム・アルトマン", " Super Micro  Computer "])
def test_the_normal_form_is_stable(text: str) -> None:
    """Normalising twice changes nothing."""
    assert normal(normal(text)) == normal(text)


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ({"property": "licenseTo"}, "words/frames.yaml:7: 'licenseTo' is no property of the vocabulary"),
        ({}, "words/frames.yaml:7: None is no property of the vocabulary"),
        ({"property": "supplies", "whenn": ["卸す"]}, "words/frames.yaml:7: unknown field 'whenn'"),
        ({"property": "supplies", "qualifiers": {"produkt": "を"}}, "words/frames.yaml:7: 'produkt' is no qualifier"),
        ({"property": "supplies"}, "words/frames.yaml:7: .*missing.*'when'"),
    ],
)
def test_a_row_that_fits_no_vocabulary_is_refused(row: dict[str, object], message: str) -> None:
    """With its file and line; it would only never be read."""
    with pytest.raises(ontology.OntologyError, match=message):
        read_row(FrameRule, {**row, "__line__": 7}, "frames.yaml")
