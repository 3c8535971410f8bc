"""Labels of speakers are found where people are asked or stand in brackets before what they say."""

from __future__ import annotations

import pytest

from ingest.speakers import labels

ROWS: tuple[tuple[tuple[str, ...], bool, set[str]], ...] = (
    (("――計画は。", "真壁 来年です。", "――場所は。", "真壁 秋田県です。"), True, {"真壁"}),
    (("Q. 計画は。", "A. 来年です。"), True, set()),
    (("Q. 計画は。", "A.(真壁) 来年です。"), True, {"真壁"}),
    (("(真壁部長)電力は足りる。", "(Kim氏)水も足りる。"), False, {"真壁部長", "Kim氏"}),
    (("(以上)",), False, set()),
    (("真壁 隆一が来た。", "真壁 隆一は帰った。"), False, set()),
)


@pytest.mark.parametrize(("lines", "asks", "names"), ROWS)
def test_a_text_names_its_speakers(lines: tuple[str, ...], asks: bool, names: set[str]) -> None:
    """A label counts where it answers questions again and again, or where several stand in brackets."""
    made = labels(lines)
    assert (made.asks, set(made.names)) == (asks, names)


def test_a_label_is_apart_from_what_is_said() -> None:
    """The span of the label and the offset of the words behind it; without a label, the line as it is."""
    made = labels(("――計画は。", "真壁 来年です。", "――場所は。", "真壁 秋田県です。"))
    assert made.answer("真壁 来年です。", 0, 8) == ((0, 2), 3)
    assert made.answer("来年です。", 0, 5) == (None, 0)
    assert made.question("――計画は。") == 2
