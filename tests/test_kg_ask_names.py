"""Names are found in any script and width, and like ones offered for a misspelt one."""

from __future__ import annotations

import pytest

import ontology
from kg.ask_names import Names
from kg.ask_reader import Reader
from kg.ask_text import line
from kg.model import Entity
from kg.question import Kind
from ontology import Label

NAMES = Names(ontology.load())
FOUND = [
    ("who supplies Colossus?", {"colossus"}),
    ("Ｃｏｌｏｓｓｕｓのサプライヤー", {"colossus"}),
    ("コロッサスに", {"colossus"}),
    ("コロッサスス", set()),
    ("colossuss", set()),
    ("イーロン・マスク氏", {"elon-musk"}),
    ("イーロンマスク", {"elon-musk"}),
    ("super micro computer's", {"super-micro-computer"}),
]
NEAR = [
    ("colosus", "colossus"),
    ("Kolossus", "colossus"),
    ("コロサス", "colossus"),
    ("ころっさす", "colossus"),
    ("ｃｏｌｏｓｕｓ", "colossus"),
    ("Nvidea", "nvidia"),
    ("エヌビデア", "nvidia"),
    ("マイクロソフ", "microsoft"),
]


@pytest.mark.parametrize(("text", "ids"), FOUND)
def test_names_are_found_as_whole_words(text: str, ids: set[str]) -> None:
    """Whatever the width, case, spaces and ・; never a part of a longer word."""
    strong = {entity.id for _, _, entities in NAMES.find(line(text)) for entity in entities}
    assert ids <= strong and (ids or not strong)


@pytest.mark.parametrize(("text", "id"), NEAR)
def test_like_names_are_offered(text: str, id: str) -> None:
    """The likest first, in whatever script it was written."""
    assert NAMES.near(text)[0][1].id == id


COINED = [
    Entity("x_1", "Facility", (Label("北嶺キャンパス", "ja"),), discovered=True),
    Entity("x_2", "Organization", (Label("北嶺データセンター", "ja"),), discovered=True),
    Entity("x_3", "Person", (Label("大森圭", "ja"),), discovered=True),
]
SHORT = [
    ("where is the Hokurei Campus", {"x_1"}),
    ("who leads Hokurei Data Center", {"x_2"}),
    ("who supplies hokurei", {"x_1", "x_2"}),
    ("北嶺に供給する会社", {"x_1", "x_2"}),
    ("Kei Ohmori", {"x_3"}),
    ("Ōmori", {"x_3"}),
    ("who supplies Hokuriku", set()),
    ("who supplies Hokurei Gardens", {"x_1", "x_2"}),
]


@pytest.mark.parametrize(("text", "ids"), SHORT)
def test_a_japanese_name_is_found_in_latin_letters_and_short(text: str, ids: set[str]) -> None:
    """By the readings of its words, whichever way they are romanised; what follows tells which of several is meant."""
    asked = line(text)
    found = list(Names(ontology.load(), COINED).shortened(asked, [(0, len(asked.chars))]))
    longest = max((end - start for start, end, _ in found), default=0)
    assert {one.id for start, end, some in found if end - start == longest for one in some} == ids


@pytest.mark.parametrize("text", ["zorblax", "ゾルブラクス", "", "ー", "x" * 500])
def test_nothing_is_offered_for_what_is_like_nothing(text: str) -> None:
    """No guess is better than a wild one."""
    assert NAMES.near(text) == ()


@pytest.mark.parametrize("question", ["xAIにGPUを供給しているのは誰", "who supplies GPUs to xAI", "who supplies GPU to xAI"])
def test_a_kind_of_goods_is_not_hidden_by_what_an_article_calls_so(question: str) -> None:
    """An article that says just GPU makes a thing of that name; who asks for GPUs means every GPU all the same."""
    mere = Entity("x_0123456789ab", "Product", (Label("GPU", "ja"),), discovered=True)
    (reading,) = Reader(ontology.load(), Names(ontology.load(), [mere])).understand(question).readings
    goods = dict(reading.step.given)["product"]
    assert isinstance(goods, Kind) and goods.texts == ("gpu",)


@pytest.mark.parametrize(
    ("known", "asked"),
    [
        ("Brixton Grid", "ブリクストングリッド"),
        ("Vandelor Energy", "バンデロール・エナジー"),
        ("Lambdino Foundry", "ラムディノファウンドリー"),
        ("ソルトペトラ", "Saltpetra"),
        ("フレックスカーゴ", "Flexcargo"),
        ("テンストリング", "tenstring"),
    ],
)
def test_a_name_is_offered_across_scripts(known: str, asked: str) -> None:
    """A name known in Latin letters only is found from its katakana, and the other way round."""
    names = Names(ontology.load(), [Entity("x_other", "Organization", (Label(known),), discovered=True)])
    found = [entity.id for _, entity in names.near(asked)]
    assert ("x_other" in found) is True
