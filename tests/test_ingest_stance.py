"""How sure a sentence is and who says it: modality, polarity, speakers (rows as in tests/extraction/table.py)."""

from __future__ import annotations

import pytest

from ingest.pipeline import Extractor
from kg.model import Article
from tests.extraction.table import Row, faults, wanted

STANCE: tuple[tuple[str, ...], ...] = (
    ("xAIはColossusを拡張すると明らかにした。", "xAI | builds | Colossus | planned | by xAI"),
    ("マスク氏は、xAIがColossusを拡張したと述べた。", "xAI | builds | Colossus | by Elon Musk"),
    ("マスク氏は、xAIがColossusを拡張するとの見通しを示した。", "xAI | builds | Colossus | estimated | by Elon Musk"),
    ("マスク氏は、xAIがColossusを拡張したとの見方を示した。", "xAI | builds | Colossus | any | by Elon Musk"),
    ("ブルームバーグは、xAIがColossusを拡張すると報じた。", "xAI | builds | Colossus | planned | by Bloomberg"),
    (
        "ブルームバーグによれば、xAIはColossusを拡張する方向で調整している。",
        "xAI | builds | Colossus | possible | by Bloomberg",
    ),
    ("xAIはColossusを拡張する方向で最終調整に入った。", "xAI | builds | Colossus | possible | by -"),
    ("xAIはColossusを拡張する方針だ。", "xAI | builds | Colossus | planned | by -"),
    ("xAIはColossusを稼働させる方針を固めた。", "xAI | operates | Colossus | planned"),
    ("xAIはColossusを拡張する見込みだ。", "xAI | builds | Colossus | estimated | by -"),
    ("xAIはColossusを拡張する見通しだ。", "xAI | builds | Colossus | estimated | by -"),
    ("xAIはColossusを拡張する考えだ。", "xAI | builds | Colossus | planned | by -"),
    ("xAIはColossusを拡張する構えを見せている。", "xAI | builds | Colossus | planned | by -"),
    ("xAIはColossusを拡張する可能性がある。", "xAI | builds | Colossus | possible | by -"),
    ("xAIはColossusを拡張するかもしれない。", "xAI | builds | Colossus | possible | by -"),
    ("xAIはColossusの拡張を検討している。", "xAI | builds | Colossus | possible | by -"),
    ("xAIはColossusの拡張を視野に入れている。", "xAI | builds | Colossus | possible | by -"),
    ("xAIはColossusの拡張を目指している。", "xAI | builds | Colossus | planned | by -"),
    ("xAIはColossusの拡張を断念した。", "xAI | builds | Colossus | denied | by -"),
    ("xAIはColossusの拡張を見送る方針だ。", "xAI | builds | Colossus | denied | by -"),
    ("xAIはColossusを拡張しなかった。", "xAI | builds | Colossus | denied | by -"),
    ("xAIはColossusを拡張していない。", "xAI | builds | Colossus | denied | by -"),
    ("xAIはColossusを拡張するつもりはない。", "xAI | builds | Colossus | denied | by -"),
    ("xAIはColossusを拡張する予定はないという。", "xAI | builds | Colossus | denied"),
    ("OpenAIはウィンドサーフの買収を否定した。", "OpenAI | acquires | Windsurf | denied | by OpenAI"),
    ("マスク氏はOpenAIがxAIに出資したという報道を否定した。", "OpenAI | investsIn | xAI | denied | by Elon Musk"),
    ("マスク氏は、エヌビディアがxAIに出資したとの話を否定している。", "NVIDIA | investsIn | xAI | denied | by Elon Musk"),
    ("マスク氏は、エヌビディアがxAIに出資したことを認めた。", "NVIDIA | investsIn | xAI | by Elon Musk"),
    ("エヌビディアがxAIに出資したという。", "NVIDIA | investsIn | xAI | by -"),
    (
        "FTは、エヌビディアがxAIに出資すると報じた。デルもxAIに出資するという。",
        "NVIDIA | investsIn | xAI | planned | by Financial Times",
        "Dell | investsIn | xAI | planned | by Financial Times",
    ),
    (
        "FTは、エヌビディアがxAIに出資すると報じた。デルはxAIに出資した。",
        "NVIDIA | investsIn | xAI | planned | by Financial Times",
        "Dell | investsIn | xAI | by -",
    ),
    ("関係者によると、エヌビディアはxAIに出資する。", "NVIDIA | investsIn | xAI | planned | by -"),
    ("一部メディアは、エヌビディアがxAIに出資すると伝えた。", "NVIDIA | investsIn | xAI | planned | by -"),
    (
        "ロイターの取材に対し、マスク氏はエヌビディアがxAIに出資したと語った。",
        "NVIDIA | investsIn | xAI | by Reuters > Elon Musk",
    ),
    (
        "FTによると、マスク氏はエヌビディアがxAIに出資したと語った。",
        "NVIDIA | investsIn | xAI | by Financial Times > Elon Musk",
    ),
    ("アナリストの間では、エヌビディアがxAIに出資するとの見方が広がっている。", "NVIDIA | investsIn | xAI | any | by -"),
    ("エヌビディアがxAIに出資するとみられる。", "NVIDIA | investsIn | xAI | estimated | by -"),
    ("エヌビディアがxAIに出資すると言われている。", "NVIDIA | investsIn | xAI | planned | by -"),
    ("エヌビディアはxAIに出資したのか。",),
    ("エヌビディアがxAIに出資したかどうかは分かっていない。",),
    ("エヌビディアがxAIに出資すれば、株価は上がる。",),
    ("記者はエヌビディアがxAIに出資したのかと尋ねた。",),
    ("エヌビディアがxAIに出資したかは明らかにされていない。",),
    ("ColossusにはGPUが10万基しかない。", "Colossus | gpuCount | 100000 GPU"),
    ("エヌビディアだけでなく、デルもxAIに出資した。", "NVIDIA | investsIn | xAI", "Dell | investsIn | xAI"),
    ("エヌビディアがxAIに出資したのは間違いない。", "NVIDIA | investsIn | xAI"),
    ("エヌビディアではなく、デルがxAIに出資した。", "Dell | investsIn | xAI"),
    ("「エヌビディアはxAIに出資した」とマスク氏は話す。", "NVIDIA | investsIn | xAI | by Elon Musk"),
    ("エヌビディアはxAIに出資する計画を発表した。", "NVIDIA | investsIn | xAI | planned | by NVIDIA"),
    ("エヌビディアはxAIへの出資を発表した。", "NVIDIA | investsIn | xAI | any | by -"),
    ("xAIは拡大を急ぐ。計画によると、Colossusの拡張はデルが支援するという。", "Dell | supplies | Colossus | planned | by -"),
    ("エヌビディアはxAIに出資することで合意した。", "NVIDIA | investsIn | xAI | planned"),
    (
        "ソフトバンクは、堺工場跡にデータセンターを整備する構想を否定した。",
        "SoftBank | builds | ~データセンター | denied | by SoftBank",
    ),
    ("エヌビディアはxAIに出資する契約を結んだ。", "NVIDIA | investsIn | xAI | planned"),
    ("エヌビディアはxAIへの出資を取りやめた。", "NVIDIA | investsIn | xAI | denied"),
    ("ロイターは6日、エヌビディアがxAIへの出資を打診されていると報じた。", "NVIDIA | investsIn | xAI | possible | by Reuters"),
    ("シティのアナリストは、エヌビディアがxAIに出資するとみている。", "NVIDIA | investsIn | xAI | estimated"),
    (
        "xAIは2026年までにColossusを完成させたい考えを示した。",
        "xAI | builds | Colossus | planned | by xAI",
        "Colossus | completedOn | on 2026 | planned | by xAI",
    ),
)


@pytest.fixture(scope="module")
def extractor() -> Extractor:
    return Extractor()


@pytest.mark.parametrize(("text", "lines"), [(text, lines) for text, *lines in STANCE], ids=lambda value: str(value)[:40])
def test_a_sentence_is_meant_so(extractor: Extractor, text: str, lines: list[str]) -> None:
    """Modality and speakers of every claim, and no claim from a question or a condition."""
    claims = extractor.read(Article("row", text, published="2025-11-20")).claims
    assert faults(Row("", "", text, tuple(map(wanted, lines))), claims) == []
