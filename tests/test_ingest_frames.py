"""Case frames read from whole sentences: cases, voice, relative clauses, light verbs (rows as in tests/extraction/table.py)."""

from __future__ import annotations

import pytest

from ingest.pipeline import Extractor
from kg.model import Article
from tests.extraction.table import Row, faults, wanted

FRAMES: tuple[tuple[str, ...], ...] = (
    ("エヌビディアはxAIにGPUを回した。", "NVIDIA | supplies | xAI | any"),
    ("デルはコアウィーブにサーバーを割り当てた。", "Dell | supplies | CoreWeave"),
    ("デルはxAIからサーバーを受注した。", "Dell | supplies | xAI"),
    ("オラクルはOpenAIに計算資源を融通した。", "Oracle | supplies | OpenAI"),
    ("コアウィーブはデルからサーバーを買い付けた。", "Dell | supplies | CoreWeave", "CoreWeave | acquires | ~サーバー"),
    ("エヌビディアはコアウィーブにB200を引き渡した。", "NVIDIA | supplies | CoreWeave", "NVIDIA | develops | B200"),
    ("コアウィーブはエヌビディアにGPUを発注した。", "NVIDIA | supplies | CoreWeave", "CoreWeave | acquires | ~GPU"),
    ("xAIはデルにサーバーの供給を委託した。", "Dell | supplies | xAI"),
    ("デルはColossusへのサーバー供給を請け負った。", "Dell | supplies | Colossus"),
    ("スーパーマイクロは液冷サーバーをColossusに届けた。", "Super Micro Computer | supplies | Colossus"),
    ("ColossusはネットワークをInfiniBandからSpectrum-Xに切り替えた。", "Colossus | uses | Spectrum-X"),
    ("OpenAIは推論の一部をTPUに移行した。", "OpenAI | uses | TPU"),
    ("OpenAIはエヌビディアのH100からTPUに乗り換えた。", "OpenAI | uses | TPU", "NVIDIA | develops | H100"),
    ("メタは学習にTPUを取り入れた。", "Meta | uses | TPU"),
    ("ColossusはGPU同士をSpectrum-Xでつないでいる。", "Colossus | uses | Spectrum-X"),
    ("Colossusの電力はメガパックで賄われている。", "Colossus | uses | Megapack"),
    ("xAIはメンフィスでColossusを動かしている。", "xAI | operates | Colossus", "Colossus | locatedIn | Memphis"),
    ("xAIはColossusを稼働させた。", "xAI | operates | Colossus"),
    ("Colossusの運営はデルに委託された。", "Dell | operates | Colossus"),
    ("Colossusの運用はxAIが引き受けている。", "xAI | operates | Colossus"),
    ("xAIはメンフィスでColossusの着工にこぎつけた。", "xAI | builds | Colossus", "Colossus | locatedIn | Memphis"),
    (
        "鹿島建設はさくらインターネットのデータセンターの建設を請け負った。",
        "鹿島建設/Kajima | builds | ~データセンター",
        "さくらインターネット | operates | ~データセンター",
    ),
    ("xAIは発電所をColossusに併設した。", "xAI | builds | ~発電所"),
    (
        "グーグルは熊本に大型データセンターを造成する。",
        "Google | builds | ~データセンター | planned",
        "~データセンター | locatedIn | 熊本/Kumamoto | planned",
    ),
    ("メタはルイジアナ州で「ハイペリオン」を立ち上げた。", "Meta | builds | Hyperion", "Hyperion | locatedIn | Louisiana"),
    ("OpenAIはGPT-5を鍛え直した。", "OpenAI | trains | GPT-5", "OpenAI | develops | GPT-5"),
    ("さくらインターネットはLlama 3を微調整した。", "SAKURA internet/さくらインターネット | trains | Llama 3"),
    ("メタはLlama 3に追加学習を施した。", "Meta | trains | Llama 3", "Meta | develops | Llama 3"),
    ("エヌビディアはOpenAIの増資に応じた。", "NVIDIA | investsIn | OpenAI"),
    ("エヌビディアは、xAIの第三者割当増資を引き受けた。", "NVIDIA | investsIn | xAI"),
    ("xAIはエヌビディアを引受先とする増資を行った。", "NVIDIA | investsIn | xAI"),
    ("エヌビディアがOpenAIに資本参加した。", "NVIDIA | investsIn | OpenAI"),
    ("エヌビディアはOpenAIに資金を注入した。", "NVIDIA | investsIn | OpenAI"),
    ("xAIはエヌビディアから出資を受け入れた。", "NVIDIA | investsIn | xAI"),
    ("エヌビディアが資金を出すパープレキシティは、開発の自動化を狙う。", "NVIDIA | investsIn | Perplexity AI/Perplexity"),
    ("グーグルはアンソロピックに10億ドルを追加で投じた。", "Google | investsIn | Anthropic | amount=1e9 USD"),
    ("OpenAIはマイクロソフトと新たな契約を交わした。", "OpenAI | partnersWith | Microsoft"),
    ("OpenAIとオラクルは手を携える。", "OpenAI | partnersWith | Oracle | any"),
    ("OpenAIはオラクルとの協力関係を築いた。", "OpenAI | partnersWith | Oracle"),
    ("ソフトバンクはシャープから堺工場を譲り受けた。", "SoftBank | acquires | ~堺工場"),
    ("シャープは堺工場をソフトバンクに手放した。", "SoftBank | acquires | ~堺工場"),
    ("シャープは堺工場をソフトバンクに売り渡した。", "SoftBank | acquires | ~堺工場"),
    ("xAIはH100を10万基押さえた。", "xAI | acquires | H100 | quantity=100000 GPU"),
    ("OpenAIはウィンドサーフの買収を完了した。", "OpenAI | acquires | Windsurf"),
    (
        "コアウィーブはデントンのデータセンターを借り上げた。",
        "CoreWeave | leases | ~データセンター",
        "~データセンター | locatedIn | Denton",
    ),
    ("オラクルはOpenAIにデータセンターを貸与した。", "OpenAI | leases | ~データセンター"),
    ("アンソロピックはColossusに入居した。", "Anthropic | leases | Colossus"),
    ("アルファベットはウェイモを傘下に置いている。", "Alphabet | owns | Waymo"),
    (
        "オルビタ・ベンチャーズ社はヴェルダノ・システムズ社を子会社にした。",
        "オルビタ・ベンチャーズ | owns | ヴェルダノ・システムズ",
    ),
    ("イーロン・マスク氏が2023年に旗揚げしたxAIは成長した。", "Elon Musk | founded | xAI", "xAI | foundedOn | on 2023"),
    ("アルトマン氏はOpenAIを束ねている。", "Sam Altman | leads | OpenAI"),
    ("桐谷沙織氏はグーグルからOpenAIに転じた。", "桐谷沙織 | worksFor | OpenAI", "桐谷沙織 | workedFor | Google"),
    ("桐谷沙織氏はグーグルを離れ、OpenAIに合流した。", "桐谷沙織 | worksFor | OpenAI", "桐谷沙織 | workedFor | Google"),
    ("xAIは桐谷沙織氏をグーグルから引き抜いた。", "桐谷沙織 | workedFor | Google", "桐谷沙織 | worksFor | xAI"),
    ("AMDはエヌビディアを猛追している。", "AMD | competesWith | NVIDIA"),
    ("グーグルはOpenAIと鎬を削る。", "Google | competesWith | OpenAI"),
    ("アームはスターゲート計画に名を連ねた。", "Arm | participatesIn | Stargate"),
    ("アームはスターゲート計画に携わっている。", "Arm | participatesIn | Stargate"),
    ("GENIACにルメトラ社が採択された。", "ルメトラ | participatesIn | GENIAC"),
    ("Colossusは2024年9月に動き出した。", "Colossus | completedOn | on 2024-09"),
    ("Colossusは2024年9月に運転を始めた。", "Colossus | completedOn | on 2024-09"),
    ("xAIは第三者割当増資で60億ドルを得た。", "xAI | fundsRaised | 6e9 USD"),
    ("xAIは社債の発行で50億ドルを集めた。", "xAI | fundsRaised | 5e9 USD"),
    ("Colossusでは20万基のGPUがうなりを上げている。", "Colossus | gpuCount | 200000 GPU"),
    ("xAIはColossusを建設した。建設は鹿島建設が担当した。", "xAI | builds | Colossus", "鹿島建設/Kajima | builds | Colossus"),
    (
        "コアウィーブはOpenAIと契約し、機器はデルから購入する。",
        "CoreWeave | partnersWith | OpenAI",
        "Dell | supplies | CoreWeave | planned",
    ),
)


@pytest.fixture(scope="module")
def extractor() -> Extractor:
    return Extractor()


@pytest.mark.parametrize(("text", "lines"), [(text, lines) for text, *lines in FRAMES], ids=lambda value: str(value)[:40])
def test_a_sentence_says_exactly_this(extractor: Extractor, text: str, lines: list[str]) -> None:
    """Everything the sentence says, and nothing else."""
    claims = extractor.read(Article("row", text, published="2025-11-20")).claims
    assert faults(Row("", "", text, tuple(map(wanted, lines))), claims) == []
