"""Names that a text gives, known or not: their spans, what they are, and that other words are none."""

from __future__ import annotations

from itertools import pairwise

import pytest

from ingest.normal import normalise
from ingest.pipeline import Extractor

# A text, and its names in order with the type of each; the same name twice is one thing twice.
NAMES = [
    ("担当者の福島では建設が進む。", ""),
    ("研究者が京都で働く。", "京都:Place"),
    ("これは電力で、それは通信だ。だから保険に入る。", ""),
    ("したがって銀行は慎重だ。", ""),
    ("あおぞら銀行が貸す。", "あおぞら銀行:Organization"),
    ("同社第2工場が止まる。", ""),
    ("第3工場は熊本にある。", "熊本:Place"),
    ("企業のNVIDIA GPUを使う。", "NVIDIA GPU:Product"),
    ("スタートアップのCEOは若い。", ""),
    ("大手のクラウドは速い。", ""),
    ("コスト・パフォーマンスが良い。", ""),
    ("電力大手のエネルギーコストは増えた。", ""),
    ("また、さらに青波株式会社が加わった。", "青波:Organization"),
    ("施設「北の森」を開く。", "北の森:Facility"),
    (
        "株式会社青波計算は来春、函館に拠点を開く。青波計算の売上高は30億円。",
        "青波計算:Organization, 函館:Place, 青波計算:Organization",
    ),
    ("新会社「北電クラウド株式会社」は、北電クラウドの名で営業する。", "北電クラウド:Organization, 北電クラウド:Organization"),
    ("日本法人ルメトラ・ジャパン合同会社が販売する。", "日本:Place, ルメトラ・ジャパン:Organization"),
    ("京セラコミュニケーションシステムは石狩で始めた。", "京セラコミュニケーションシステム:Organization, 石狩:Place"),
    ("みらい総研の相馬徹シニアアナリストは慎重だ。", "みらい総研:Organization, 相馬徹:Person"),
    ("社長は江尾浩昌氏。", "江尾浩昌:Person"),
    ("代表取締役社長 三枝 遼は札幌で語った。", "三枝遼:Person, 札幌:Place"),
    ("髙橋誠会長と﨑山薫CFOが登壇した。", "髙橋誠:Person, 﨑山薫:Person"),
    ("鴻海（ホンハイ）精密工業が亀山第2工場を買う。", "鴻海(ホンハイ)精密工業:Organization, 亀山第2工場:Facility"),
    ("エネルギー調査会社グリッドレンズが試算した。", "グリッドレンズ:Organization"),
    ("泊発電所3号機の再稼働は遅れた。", "泊発電所3号機:Facility"),
    ("旧白浜発電所1号機は止まった。", "白浜発電所1号機:Facility"),
    ("クリントン・クリーン・エネルギー・センターから電力を買う。", "クリントン・クリーン・エネルギー・センター:Facility"),
    ("ゲイリー・ラウターバック、ショーン・リーら5名が集まった。", "ゲイリー・ラウターバック:Person, ショーン・リー:Person"),
    ("オクラホマシティで働く。", "オクラホマシティ:Place"),
    ("スマートシティの構想。", ""),
    ("武蔵大の原口准教授は話す。", "武蔵大:Organization, 原口:Person"),
    ("住民団体「丘の環境を考える会」が反対した。", "丘の環境を考える会:Organization"),
    ("再生可能エネルギーと天然ガスを使う。", ""),
    ("工場建設は中止になった。", ""),
    ("大手不動産が参入した。", ""),
    ("設定はmeta.jsonにある。", ""),
    ("鈴木健一氏は退いた。", "鈴木健一:Person"),
    ("王伝福会長が述べた。", "王伝福:Person"),
    ("李在鎔会長が述べた。", "李在鎔:Person"),
    ("崔泰源会長が述べた。", "崔泰源:Person"),
    ("ジョン・F・ケイン・ジュニア氏が加わった。", "ジョン・F・ケイン・ジュニア:Person"),
    ("Mary Jane Watson氏が加わった。", "Mary Jane Watson:Person"),
    ("Maria de la Cruz氏が加わった。", "Maria de la Cruz:Person"),
    ("Orbital ForgeのCEOは若い。Orbital Forgeは伸びた。", "Orbital Forge:Organization, Orbital Forge:Organization"),
    ("新興企業のOrbital Forgeは伸びた。", "Orbital Forge:Organization"),
    ("半導体メーカーのモラスレッドは伸びた。", "モラスレッド:Organization"),
    ("投資ファンド、ケッペルが関わる。", "ケッペル:Organization"),
    ("富士通製のサーバーを使う。", "富士通:Organization"),
    ("ジョアンナ・スミスは語った。", "ジョアンナ・スミス:Person"),
    (
        "北方電算株式会社（以下「北方」）は伸びた。北方は黒字だ。",
        "北方電算:Organization, 北方電算:Organization, 北方電算:Organization",
    ),
    ("英国のアイソムバード・コンピュート社は新しい。", "英国:Place, アイソムバード・コンピュート:Organization"),
    ("データセンター事業者のプライム・データ・センターズが買った。", "プライム・データ・センターズ:Organization"),
    ("Lee氏（韓国・ハンビット電力）", "Lee:Person, 韓国:Place, ハンビット電力:Organization"),
    ("ミナト演算（横浜市）は新しい。", "ミナト演算:Organization, 横浜市:Place"),
    ("量子計算のスタートアップ「キュービットワークス」は新しい。", "キュービットワークス:Organization"),
    ("橘奈緒氏が語る。橘氏は若い。", "橘奈緒:Person, 橘奈緒:Person"),
    ("ジェンスン・フアン氏が語る。フアン氏は若い。", "ジェンスン・フアン:Person, フアン:Person"),
    ("三枝遼と浅香美帆が設立した。", "三枝遼:Person, 浅香美帆:Person"),
    ("千歳市に「千歳AIファクトリー」を建てる。", "千歳市:Place, 千歳AIファクトリー:Facility"),
    ("大規模言語モデル「HOKUTO-70B」を公開した。", "HOKUTO-70B:Model"),
    ("対話型AI「ひばり」を公開した。", ""),
    ("RTX 6000 Blackwellを使う。", "RTX 6000:Name, Blackwell:Product"),
    ("Meta Llama 4を使う。", "Meta Llama 4:Model"),
    ("Vertex Power Inc.が供給する。", "Vertex Power:Organization"),
    ("Blue Ridge Energyが供給する。", "Blue Ridge Energy:Organization"),
    ("青嶺テクノロジーズが供給する。", "青嶺テクノロジーズ:Organization"),
    ("東和ベンチャーズが出資する。", "東和ベンチャーズ:Organization"),
    ("日邦銀行が貸す。", "日邦銀行:Organization"),
    ("北斗工業大学が研究する。", "北斗工業大学:Organization"),
    ("長野県塩尻市に建てる。", "塩尻市:Place"),
    ("孫正義氏は千葉氏と会った。", "孫正義:Person, 千葉:Person"),
    ("両社は提携した。", ""),
    ("企業のコストは増えた。", ""),
    ("電力会社の社長が語った。", ""),
    ("各社の担当者が語った。", ""),
    ("GPUとCPUを使う。", ""),
    ("AIスタートアップが伸びた。", ""),
    ("ハイテク企業の幹部が語った。", ""),
    ("社長の指示で動く。", ""),
    ("会長は続投する。", ""),
    ("さくら計算株式会社から買う。", "さくら計算:Organization"),
    ("2025年から青嶺計算株式会社で働く。", "青嶺計算:Organization"),
    ("元社員の山本太一さんは語った。", "山本太一:Person"),
    ("Stargate UAEに参加する。", "Stargate UAE:Project"),
    ("OpenAIの広報担当者は語った。", "OpenAI:Organization"),
    ("サーバー会社SeaMicroの出身だ。", "SeaMicro:Organization"),
]


@pytest.fixture(scope="module")
def extractor() -> Extractor:
    return Extractor()


@pytest.mark.parametrize(("text", "names"), NAMES)
def test_finds_the_names_of_a_text_and_nothing_else(extractor: Extractor, text: str, names: str) -> None:
    found = extractor.marks(normalise(text).text, "").names
    assert ", ".join(f"{name.text}:{name.type}" for name in found) == names


@pytest.mark.parametrize(("text", "names"), NAMES)
def test_a_name_lies_in_its_cover_and_beside_the_others(extractor: Extractor, text: str, names: str) -> None:
    normal = normalise(text).text
    found = extractor.marks(normal, "").names
    assert all(0 <= n.cover[0] <= n.start < n.end <= n.cover[1] <= len(normal) for n in found)
    assert all(one.cover[1] <= two.cover[0] for one, two in pairwise(found))


SAME = [
    ("橘奈緒氏が語る。橘氏は若い。", 2),
    ("株式会社青波計算は、青波計算の名で売る。", 2),
    ("北方電算株式会社（以下「北方」）は伸びた。北方は黒字だ。", 3),
    ("長崎忠雄社長が述べた。長崎社長は続けた。", 2),
    ("Orbital ForgeのCEOは若い。Orbital Forgeは伸びた。", 2),
    ("三枝 遼社長が語る。三枝遼と三枝氏は同じ人だ。", 3),
]


@pytest.mark.parametrize(("text", "times"), SAME)
def test_one_thing_by_several_names_is_one_entity(extractor: Extractor, text: str, times: int) -> None:
    found = extractor.marks(normalise(text).text, "").names
    assert len(found) == times
    assert len({name.entity().id for name in found}) == 1
