"""ingest.quantities: what counts as a quantity, what it is worth, and what it does not mistake for one."""

from __future__ import annotations

import time
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.normal import normalise
from ingest.quantities import QuantityMention, find_quantities
from ontology.units import KINDS

# text, then what is found: words|kind comparator value unit [per …] [~ approximate] [converts] [grows]
TABLE = [
    ("費用は5億円", "5億円|money =500_000_000 JPY"),
    ("費用は5億円になる", "5億円|money =500_000_000 JPY"),
    ("300億ドルを投じる", "300億ドル|money =30_000_000_000 USD"),
    ("1兆2000億円の事業", "1兆2000億円|money =1_200_000_000_000 JPY"),
    ("3億5,000万ドル", "3億5,000万ドル|money =350_000_000 USD"),
    ("1万2千台を並べた", "1万2千台|count =12_000 台"),
    ("三十万基", "三十万基|count =300_000 基"),
    ("十五億円", "十五億円|money =1_500_000_000 JPY"),
    ("百二十人", "百二十人|people =120 person"),
    ("二千五百万ドル", "二千五百万ドル|money =25_000_000 USD"),
    ("千人規模", "千人規模|people ~1_000 person ~"),
    ("5千万円", "5千万円|money =50_000_000 JPY"),
    ("2百社", "2百社|count =200 社"),
    ("130.7億ドル", "130.7億ドル|money =13_070_000_000 USD"),
    ("0.8兆円", "0.8兆円|money =800_000_000_000 JPY"),
    ("3,084万ユーロ", "3,084万ユーロ|money =30_840_000 EUR"),
    ("3・3兆円", "3・3兆円|money =3_300_000_000_000 JPY"),
    ("278 万 8 千台", "278 万 8 千台|count =2_788_000 台"),
    ("1 兆トークン", "1 兆トークン|count =1_000_000_000_000 トークン"),
    ("12,345台", "12,345台|count =12_345 台"),
    ("1,234,567円", "1,234,567円|money =1_234_567 JPY"),
    ("20万GPU", "20万GPU|count =200_000 GPU"),
    ("20万個のGPU", "20万個|count =200_000 個"),
    ("GPU20万基", "20万基|count =200_000 基"),
    ("GPUを100万基", "100万基|count =1_000_000 基"),
    ("H100を8枚", "8枚|count =8 枚"),
    ("100,000 GPUs", "100,000 GPUs|count =100_000 GPU"),
    ("B200 64台", "64台|count =64 台"),
    ("10万H100", "10万|bare =100_000 1"),
    ("$33 billion", "$33 billion|money =33_000_000_000 USD"),
    ("$500M", "$500M|money =500_000_000 USD"),
    ("US$5bn", "US$5bn|money =5_000_000_000 USD"),
    ("$1.5 trillion", "$1.5 trillion|money =1_500_000_000_000 USD"),
    ("€2億", "€2億|money =200_000_000 EUR"),
    ("£30 million", "£30 million|money =30_000_000 GBP"),
    ("¥500億", "¥500億|money =50_000_000_000 JPY"),
    ("500 million dollars", "500 million dollars|money =500_000_000 USD"),
    ("2.5 billion USD", "2.5 billion USD|money =2_500_000_000 USD"),
    ("USD 300 million", "USD 300 million|money =300_000_000 USD"),
    ("A$12億", "A$12億|money =1_200_000_000 AUD"),
    ("$5億", "$5億|money =500_000_000 USD"),
    ("$900k", "$900k|money =900_000 USD"),
    ("HK$40億", "HK$40億|money =4_000_000_000 HKD"),
    ("約40億米ドル", "約40億米ドル|money ~4_000_000_000 USD ~"),
    ("600億人民元", "600億人民元|money =60_000_000_000 CNY"),
    ("200億元", "200億元|money =20_000_000_000 CNY"),
    ("80億ユーロ", "80億ユーロ|money =8_000_000_000 EUR"),
    ("30億ポンド", "30億ポンド|money =3_000_000_000 GBP"),
    ("5兆ウォン", "5兆ウォン|money =5_000_000_000_000 KRW"),
    ("900億台湾ドル", "900億台湾ドル|money =90_000_000_000 TWD"),
    ("70億香港ドル", "70億香港ドル|money =7_000_000_000 HKD"),
    ("1兆ルピー", "1兆ルピー|money =1_000_000_000_000 INR"),
    ("40億ディルハム", "40億ディルハム|money =4_000_000_000 AED"),
    ("2億サウジリヤル", "2億サウジリヤル|money =200_000_000 SAR"),
    ("6億カナダドル", "6億カナダドル|money =600_000_000 CAD"),
    ("4億豪ドル", "4億豪ドル|money =400_000_000 AUD"),
    ("50億スイスフラン", "50億スイスフラン|money =5_000_000_000 CHF"),
    ("10GW", "10GW|power =10_000 MW"),
    ("10-gigawatt", "10-gigawatt|power =10_000 MW"),
    ("1.2GW級", "1.2GW|power =1_200 MW"),
    ("800MW", "800MW|power =800 MW"),
    ("35メガワット", "35メガワット|power =35 MW"),
    ("2ギガワット", "2ギガワット|power =2_000 MW"),
    ("70kW", "70kW|power =0.07 MW"),
    ("100万kW", "100万kW|power =1_000 MW"),
    ("600W", "600W|power =0.0006 MW"),
    ("500 megawatts", "500 megawatts|power =500 MW"),
    ("50MWe", "50MWe|power =50 MW"),
    ("300万キロワット", "300万キロワット|power =3_000 MW"),
    ("500MWh", "500MWh|energy =500 MWh"),
    ("1.5TWh", "1.5TWh|energy =1_500_000 MWh"),
    ("20億キロワット時", "20億キロワット時|energy =2_000_000 MWh"),
    ("90kWh", "90kWh|energy =0.09 MWh"),
    ("3-4万ドル", "3-4万ドル|money =30_000..40_000 USD"),
    ("2〜3年", "2〜3年|duration =2..3 year"),
    ("300-400億ドル", "300-400億ドル|money =30_000_000_000..40_000_000_000 USD"),
    ("3,500万〜5,500万ドル", "3,500万〜5,500万ドル|money =35_000_000..55_000_000 USD"),
    ("320-960MW", "320-960MW|power =320..960 MW"),
    ("10-11ヶ月", "10-11ヶ月|duration =10..11 month"),
    ("7、8の候補地", "7、8|bare =7..8 1"),
    ("2、3年", "2、3年|duration =2..3 year"),
    ("二、三日で終える", "二、三日|duration =2..3 day"),
    ("800MW〜1.2GW", "800MW〜1.2GW|power =800..1_200 MW"),
    ("$300-400 million", "$300-400 million|money =300_000_000..400_000_000 USD"),
    ("$1 billion to $2 billion", "$1 billion to $2 billion|money =1_000_000_000..2_000_000_000 USD"),
    ("90万〜1億円", "90万〜1億円|money =900_000..100_000_000 JPY"),
    ("5,000〜1万台", "5,000〜1万台|count =5_000..10_000 台"),
    ("3億ドルから5億ドル", "3億ドルから5億ドル|money =300_000_000..500_000_000 USD"),
    ("2年から3年", "2年から3年|duration =2..3 year"),
    ("約3〜4割", "約3〜4割|percent =30..40 % ~"),
    ("10〜20万枚", "10〜20万枚|count =100_000..200_000 枚"),
    ("数百億円", "数百億円|money =20_000_000_000..90_000_000_000 JPY"),
    ("数十億ドル", "数十億ドル|money =2_000_000_000..9_000_000_000 USD"),
    ("数GW", "数GW|power =2_000..9_000 MW"),
    ("数カ月", "数カ月|duration =2..9 month"),
    ("数年", "数年|duration =2..9 year"),
    ("数千人", "数千人|people =2_000..9_000 person"),
    ("数万台", "数万台|count =20_000..90_000 台"),
    ("十数社", "十数社|count =11..19 社"),
    ("20数年", "20数年|duration =21..29 year"),
    ("数10億円", "数10億円|money =2_000_000_000..9_000_000_000 JPY"),
    ("百数十人", "百数十人|people =120..190 person"),
    ("数百万ドル", "数百万ドル|money =2_000_000..9_000_000 USD"),
    ("GPU数10万基", "10万基|count =100_000 基"),
    ("複数年の契約", ""),
    ("過去数年", "数年|duration =2..9 year"),
    ("450億ドルを超える", "450億ドルを超え|money >=45_000_000_000 USD"),
    ("450億ドルを上回る", "450億ドルを上回|money >=45_000_000_000 USD"),
    ("1000億ドルを突破した", "1000億ドルを突破|money >=100_000_000_000 USD"),
    ("3兆円超", "3兆円超|money >=3_000_000_000_000 JPY"),
    ("500億円超を集めた", "500億円超|money >=50_000_000_000 JPY"),
    ("10万基以上", "10万基以上|count >=100_000 基"),
    ("10万台以上のサーバー", "10万台以上|count >=100_000 台"),
    ("少なくとも5万台", "少なくとも5万台|count >=50_000 台"),
    ("最低でも20億円", "最低でも20億円|money >=2_000_000_000 JPY"),
    ("2000人余り", "2000人余り|people >=2_000 person"),
    ("100万枚+", "100万枚+|count >=1_000_000 枚"),
    ("最大2GW", "最大2GW|power <=2_000 MW"),
    ("最大で1.2GW", "最大で1.2GW|power <=1_200 MW"),
    ("上限は5億円", "上限は5億円|money <=500_000_000 JPY"),
    ("2GW以下", "2GW以下|power <=2_000 MW"),
    ("3年未満", "3年未満|duration <=3 year"),
    ("5年以内", "5年以内|duration <=5 year"),
    ("500MWまで", "500MWまで|power <=500 MW"),
    ("500MWまで拡張する", "500MW|power =500 MW"),
    ("20万台にまで増やす", "20万台|count =200_000 台"),
    ("100億円を下回る", "100億円を下回|money <=10_000_000_000 JPY"),
    ("高々30人", "高々30人|people <=30 person"),
    ("約10万基", "約10万基|count ~100_000 基 ~"),
    ("およそ50億ドル", "およそ50億ドル|money ~5_000_000_000 USD ~"),
    ("ほぼ2年", "ほぼ2年|duration ~2 year ~"),
    ("10億ドル前後", "10億ドル前後|money ~1_000_000_000 USD ~"),
    ("300人程度", "300人程度|people ~300 person ~"),
    ("50億ドル規模", "50億ドル規模|money ~5_000_000_000 USD ~"),
    ("30日ほど", "30日ほど|duration ~30 day ~"),
    ("9割近く", "9割近く|percent ~90 % ~"),
    ("10億円弱", "10億円弱|money ~1_000_000_000 JPY ~"),
    ("10億円強", "10億円強|money ~1_000_000_000 JPY ~"),
    ("強化策に10億円", "10億円|money =1_000_000_000 JPY"),
    ("推定4億ドル", "推定4億ドル|money ~400_000_000 USD ~"),
    ("わずか3か月", "わずか3か月|duration =3 month"),
    ("たった8人", "たった8人|people =8 person"),
    ("合計6000台", "合計6000台|count =6_000 台"),
    ("計約90億ドル", "計約90億ドル|money ~9_000_000_000 USD ~"),
    ("最大約3GW", "最大約3GW|power <=3_000 MW ~"),
    ("約10万基以上", "約10万基以上|count >=100_000 基 ~"),
    ("最大2GW規模", "最大2GW規模|power <=2_000 MW ~"),
    ("240億ドル(約1738億人民元)", "240億ドル|money =24_000_000_000 USD ; 約1738億人民元|money ~173_800_000_000 CNY ~ converts"),
    ("400億ドル(約6兆円)を超える", "400億ドル|money >=40_000_000_000 USD ; 約6兆円|money ~6_000_000_000_000 JPY ~ converts"),
    ("40億ドル(人民元換算で290億以上)", "40億ドル|money =4_000_000_000 USD ; 290億以上|money >=29_000_000_000 CNY converts"),
    (
        "20億ユーロ(日本円で約3400億円)",
        "20億ユーロ|money =2_000_000_000 EUR ; 約3400億円|money ~340_000_000_000 JPY ~ converts",
    ),
    ("1.2GW(1200MW)", "1.2GW|power =1_200 MW ; 1200MW|power =1_200 MW converts"),
    ("10万→20万台", "10万|count =100_000 台 grows ; 20万台|count =200_000 台"),
    ("10万台→20万台", "10万台|count =100_000 台 grows ; 20万台|count =200_000 台"),
    ("現在10万台から20万台へ", "10万台|count =100_000 台 grows ; 20万台|count =200_000 台"),
    ("6ヶ月から3ヶ月に短縮", "6ヶ月|duration =6 month grows ; 3ヶ月|duration =3 month"),
    ("2GW⇒5GW", "2GW|power =2_000 MW grows ; 5GW|power =5_000 MW"),
    ("300人から500人に増やす", "300人|people =300 person grows ; 500人|people =500 person"),
    ("1台あたり3-4万ドル", "3-4万ドル|money =30_000..40_000 USD per 台"),
    ("1台当たりの価格は約3万ドル", "約3万ドル|money ~30_000 USD per 台 ~"),
    ("毎日130万ガロンの水", "130万ガロン|water =1_300_000 gal/d per day"),
    ("1日130万ガロン", "130万ガロン|water =1_300_000 gal/d per day"),
    ("130万ガロン/日", "130万ガロン/日|water =1_300_000 gal/d per day"),
    ("100万m3/日", "100万m3/日|water =1_000_000 m3/d per day"),
    ("日量5万リットル", "5万リットル|water =50 m3/d per day"),
    ("年間20億ドル", "20億ドル|money =2_000_000_000 USD per year"),
    ("年間の電気代は20億円", "20億円|money =2_000_000_000 JPY per year"),
    ("月額30ドル", "30ドル|money =30 USD per month"),
    ("$20/month", "$20/month|money =20 USD per month"),
    ("1時間あたり最大150メガワット", "最大150メガワット|power <=150 MW per hour"),
    ("ラックあたり70kW", "70kW|power =0.07 MW per ラック"),
    ("一人当たり500万円", "500万円|money =5_000_000 JPY per 人"),
    ("1基につき4億円", "4億円|money =400_000_000 JPY per 基"),
    ("500万立方メートル", "500万立方メートル|water =5_000_000 m3"),
    ("122日で完成", "122日|duration =122 day"),
    ("122日", "122日|duration =122 day"),
    ("5日間", "5日間|duration =5 day"),
    ("19日間", "19日間|duration =19 day"),
    ("3週間", "3週間|duration =21 day"),
    ("3か月", "3か月|duration =3 month"),
    ("4カ月で", "4カ月|duration =4 month"),
    ("18ヶ月間", "18ヶ月間|duration =18 month"),
    ("3年かかる", "3年|duration =3 year"),
    ("2年間", "2年間|duration =2 year"),
    ("100年に一度", "100年|duration =100 year"),
    ("1年半", "1年半|duration =1.5 year"),
    ("2か月半", "2か月半|duration =2.5 month"),
    ("半年で", "半年|duration =6 month"),
    ("約半年間", "約半年間|duration ~6 month ~"),
    ("半日", "半日|duration =0.5 day"),
    ("640万時間", "640万時間|duration =6_400_000 hour"),
    ("30分以内", "30分以内|duration <=30 minute"),
    ("45秒", "45秒|duration =45 second"),
    ("3四半期連続", "3四半期|duration =9 month"),
    ("10カ年計画", "10カ年|duration =10 year"),
    ("従業員500人", "500人|people =500 person"),
    ("50名の技術者", "50名|people =50 person"),
    ("9億人", "9億人|people =900_000_000 person"),
    ("10万世帯", "10万世帯|households =100_000 household"),
    ("1万戸", "1万戸|households =10_000 household"),
    ("1000 employees", "1000 employees|people =1_000 person"),
    ("85%", "85%|percent =85 %"),
    ("3割", "3割|percent =30 %"),
    ("2.5ポイント上昇", "2.5ポイント|percent =2.5 pt"),
    ("45パーセント", "45パーセント|percent =45 %"),
    ("0.5%ポイント", "0.5%ポイント|percent =0.5 pt"),
    ("2.5倍", "2.5倍|ratio =2.5 倍"),
    ("10倍規模", "10倍規模|ratio ~10 倍 ~"),
    ("10x", "10x|ratio =10 倍"),
    ("10拠点", "10拠点|count =10 拠点"),
    ("57基", "57基|count =57 基"),
    ("4社", "4社|count =4 社"),
    ("8カ国", "8カ国|count =8 カ国"),
    ("3棟", "3棟|count =3 棟"),
    ("1088ノード", "1088ノード|count =1_088 node"),
    ("3000ラック", "3000ラック|count =3_000 rack"),
    ("500万チップ", "500万チップ|count =5_000_000 chip"),
    ("70B", "70B|bare =70_000_000_000 1"),
    ("2.788M", "2.788M|bare =2_788_000 1"),
    ("15T+", "15T+|bare >=15_000_000_000_000 1"),
    ("80GBのメモリ", "80GB|other =80 GB"),
    ("27歳", "27歳|other =27 歳"),
    ("506 TFLOPS", "506 TFLOPS|other =506 TFLOPS"),
    ("300万トン", "300万トン|other =3_000_000 トン"),
    ("約30の職", "約30|bare ~30 1 ~"),
    ("GPT-4とH100", ""),
    ("A100-80GB", ""),
    ("Grok 3.5", "3.5|bare =3.5 1"),
    ("RTX5090", ""),
    ("2025年3月5日", ""),
    ("2025年初め", ""),
    ("令和7年", ""),
    ("5日に発表", ""),
    ("25年に発売", ""),
    ("3月から", ""),
    ("2034年度", ""),
    ("1990年代", ""),
    ("2025-03-04", ""),
    ("10:30", ""),
    ("03-1234-5678", ""),
    ("第3位", ""),
    ("第2四半期", ""),
    ("3位", ""),
    ("1つ目", ""),
    ("2番目", ""),
    ("3号機", ""),
    ("午後3時", ""),
    ("3時30分", ""),
    ("PUEは1.1", ""),
    ("3分の1", ""),
    ("24/7", ""),
    ("v2.0.1", ""),
    ("一方で統一した", ""),
    ("十分な電力", ""),
    ("千葉県と三菱", ""),
    ("万全の体制", ""),
    ("世界一の規模", ""),
    ("一社だけ", "一社|count =1 社"),
    ("3人目", ""),
    ("2台目", ""),
    ("5G通信", ""),
    ("3D", ""),
    ("10億", "10億|bare =1_000_000_000 1"),
    ("社員数百人", "数百人|people =200..900 person"),
    ("従業員数500人", "500人|people =500 person"),
    ("3基に4億円", "3基|count =3 基 ; 4億円|money =400_000_000 JPY"),
    ("10日から2日間", "2日間|duration =2 day"),
    ("2024〜25年", ""),
    ("サーバー1万台", "1万台|count =10_000 台"),
    ("出力は1.5GW、蓄電は3GWh", "1.5GW|power =1_500 MW ; 3GWh|energy =3_000 MWh"),
    ("1人あたり年10万円", "10万円|money =100_000 JPY per 人"),
    (
        "5,000億ドル(約75兆円)規模",
        "5,000億ドル|money ~500_000_000_000 USD ~ ; 約75兆円|money ~75_000_000_000_000 JPY ~ converts",
    ),
    ("約20万台のGPU(約60億ドル)", "約20万台|count ~200_000 台 ~ ; 約60億ドル|money ~6_000_000_000 USD ~"),
    ("20億ドル、日本円で約3000億円", "20億ドル|money =2_000_000_000 USD ; 約3000億円|money ~300_000_000_000 JPY ~ converts"),
    ("四つの棟", "四つ|count =4 つ"),
    ("数倍に増えた", "数倍|ratio =2..9 倍"),
    ("3回目の増資で12億ドル", "12億ドル|money =1_200_000_000 USD"),
    ("総額10億ドル超", "総額10億ドル超|money >=1_000_000_000 USD"),
    ("1株11.89ポンド", "1株|count =1 株 ; 11.89ポンド|money =11.89 GBP per 株"),
    ("電力1キロワット時あたり20円", "20円|money =20 JPY per キロワット時"),
    ("延べ5万人", "延べ5万人|people =50_000 person"),
    ("数分で終わる", "数分|duration =2..9 minute"),
    ("人口1億2千万人", "1億2千万人|people =120_000_000 person"),
    ("時価総額が一時4兆ドルを超えた", "4兆ドルを超え|money >=4_000_000_000_000 USD"),
    ("1株当たり利益は0.81ドル", "0.81ドル|money =0.81 USD per 株"),
    ("2〜3割安い", "2〜3割|percent =20..30 %"),
    ("120万キロワット級の原発5基分", "120万キロワット|power =1_200 MW ; 5基|count =5 基"),
    ("150〜200MW級", "150〜200MW|power =150..200 MW"),
    ("第2期は500MW", "500MW|power =500 MW"),
    ("8GPU構成", "8GPU|count =8 GPU"),
    ("10万超のGPU", "10万超|bare >=100_000 1"),
    (
        "100億ドル(約1兆5000億円)以上",
        "100億ドル|money >=10_000_000_000 USD ; 約1兆5000億円|money ~1_500_000_000_000 JPY ~ converts",
    ),
    ("15億6000万から18億ドル", "15億6000万から18億ドル|money =1_560_000_000..1_800_000_000 USD"),
    ("月20ドル", "20ドル|money =20 USD per month"),
    ("年30億ドル", "30億ドル|money =3_000_000_000 USD per year"),
    ("月間20億人", "20億人|people =2_000_000_000 person per month"),
    ("20万→100万GPU", "20万|count =200_000 GPU grows ; 100万GPU|count =1_000_000 GPU"),
    ("2倍の20万台", "2倍|ratio =2 倍 ; 20万台|count =200_000 台"),
    ("第4世代の5000基", "5000基|count =5_000 基"),
    ("5000億円余", "5000億円余|money >=500_000_000_000 JPY"),
    ("10億ドルを下回らない", "10億ドルを下回らな|money >=1_000_000_000 USD"),
    ("数百メガワットから数GW規模", "数百メガワットから数GW規模|power =200..9_000 MW ~"),
    ("1秒あたり10京回", "10京回|count =100_000_000_000_000_000 回 per second"),
    ("京都府で3万人", "3万人|people =30_000 person"),
    ("2025京都会議", "2025|bare =2_025 1"),
    ("GPU1基の価格は約4万ドル", "1基|count =1 基 ; 約4万ドル|money ~40_000 USD per 基 ~"),
    ("サーバー1台に8基", "1台|count =1 台 ; 8基|count =8 基 per 台"),
    ("1基40万円", "1基|count =1 基 ; 40万円|money =400_000 JPY per 基"),
    ("9億ドル=約1300億円", "9億ドル|money =900_000_000 USD ; 約1300億円|money ~130_000_000_000 JPY ~ converts"),
    ("10億ドル(1ドル=150円換算で1500億円)", "10億ドル|money =1_000_000_000 USD ; 1500億円|money =150_000_000_000 JPY converts"),
    ("1ドル150円", ""),
    ("200億ドル超(約3兆円超)", "200億ドル超|money >=20_000_000_000 USD ; 約3兆円超|money >=3_000_000_000_000 JPY ~ converts"),
    ("5台目のGPU", ""),
    ("5台目標", "5台|count =5 台"),
    ("2桁増", ""),
    ("100人を超す", "100人を超す|people >=100 person"),
    ("19日で立ち上げた", "19日|duration =19 day"),
]


def number(value: float) -> str:
    return f"{int(value):_}" if value == int(value) else f"{value:.15g}"


def shown(text: str, mention: QuantityMention) -> str:
    value = mention.value
    ends = [number(end) for end in (value.number, value.minimum, value.maximum) if end is not None]
    flags = [
        f"per {mention.per}" if mention.per else "",
        "~" if mention.approximate else "",
        "converts" if mention.converts else "",
        "grows" if mention.grows_to else "",
    ]
    words = [f"{mention.kind} {value.comparator}{'..'.join(ends)} {value.unit}", *filter(None, flags)]
    return f"{text[mention.start : mention.end]}|{' '.join(words)}"


@pytest.mark.parametrize(("text", "expected"), TABLE)
def test_find_quantities(text: str, expected: str) -> None:
    """Number, unit, bound, rate and links are read off the words; dates, names and ordinals are left alone."""
    assert " ; ".join(shown(text, mention) for mention in find_quantities(text)) == expected


@pytest.mark.parametrize("before", ["", "xAIは", "総工費は", "(", "「", "・"])
@pytest.mark.parametrize("behind", ["", "を投じる", "。", ")", "」", "、その後"])
@pytest.mark.parametrize(("text", "expected"), TABLE[:12])
def test_surroundings_do_not_matter(before: str, behind: str, text: str, expected: str) -> None:
    """The same quantity is found inside a sentence, a bracket or a quotation."""
    whole = before + text + behind
    assert [shown(whole, mention) for mention in find_quantities(whole)] == [
        shown(text, mention) for mention in find_quantities(text)
    ]


def test_core_is_number_and_unit() -> None:
    """The whole span has the markers, the core has number and unit, the counter is the unit as written."""
    text = "およそ12万基以上を"
    (mention,) = find_quantities(text)
    assert text[mention.start : mention.end] == "およそ12万基以上"
    assert text[mention.core_start : mention.core_end] == "12万基"
    assert mention.counter == "基"


def test_links_name_spans() -> None:
    """A conversion names the span of what it converts, a growing value the span of what it grows to."""
    text = "5億ドル(約750億円)、3万枚→6万枚"
    main, converted, before, after = find_quantities(text)
    assert converted.converts == (main.start, main.end)
    assert before.grows_to == (after.start, after.end)


DIGITS = "〇一二三四五六七八九"


def kanji(value: int) -> str:
    """A whole number below 10**16 in kanji."""
    groups = [(10**12, "兆"), (10**8, "億"), (10**4, "万"), (1, "")]
    return "".join(_below_myriad(value // size % 10**4) + name for size, name in groups if value // size % 10**4)


def _below_myriad(value: int) -> str:
    parts = [(value // size % 10, name) for size, name in ((1000, "千"), (100, "百"), (10, "十"), (1, ""))]
    return "".join(("" if digit == 1 and name else DIGITS[digit]) + name for digit, name in parts if digit)


def mixed(value: int, comma: bool) -> str:
    """A whole number as newspapers write it: 3億5,000万."""
    groups = [(10**12, "兆"), (10**8, "億"), (10**4, "万"), (1, "")]
    shape = "{:,}" if comma else "{}"
    return "".join(shape.format(value // size % 10**4) + name for size, name in groups if value // size % 10**4)


def decimal(value: int) -> str:
    """A whole number as a decimal of its largest myriad: 1.25億."""
    size, name = next((size, name) for size, name in ((10**12, "兆"), (10**8, "億"), (10**4, "万"), (1, "")) if value >= size)
    whole, rest = divmod(value, size)
    fraction = str(rest).rjust(len(str(size)) - 1, "0").rstrip("0") if rest else ""
    return f"{whole}{'.' if fraction else ''}{fraction}{name}"


WRITINGS = [str, "{:,}".format, kanji, lambda v: mixed(v, True), lambda v: mixed(v, False), decimal]
WIDE = str.maketrans("0123456789,.", "０１２３４５６７８９，．")
UNITS = [
    ("ドル", 1, "USD"),
    ("円", 1, "JPY"),
    ("基", 1, "基"),
    ("人", 1, "person"),
    ("MW", 1, "MW"),
    ("GW", 1000, "MW"),
    ("ヶ月", 1, "month"),
]
BOUNDS = [
    ("", "", "="),
    ("約", "", "~"),
    ("", "以上", ">="),
    ("最大", "", "<="),
    ("", "を超える", ">="),
    ("", "未満", "<="),
    ("ほぼ", "", "~"),
]


@settings(max_examples=300, deadline=None)
@given(
    st.integers(2, 10**15 - 1) | st.builds(lambda m, e: m * 10**e, st.integers(2, 999), st.integers(0, 12)),
    st.sampled_from(WRITINGS),
    st.sampled_from(UNITS),
    st.sampled_from(BOUNDS),
    st.booleans(),
)
def test_every_writing_is_read_back(value, write, unit, bound, wide) -> None:  # type: ignore[no-untyped-def]
    """However a value is written, in any width and with any marker, the value, unit and bound come back."""
    word, factor, name = unit
    written = write(value).translate(WIDE) if wide else write(value)
    text = normalise(f"その数は{bound[0]}{written}{word}{bound[1]}になる").text
    (mention,) = find_quantities(text)
    assert (mention.value.number, mention.value.unit, mention.value.comparator) == (float(value * factor), name, bound[2])


@settings(max_examples=300, deadline=None)
@given(st.integers(1, 999), st.integers(1, 999), st.sampled_from(["万", "億", "兆"]), st.sampled_from("-〜~–"))
def test_ranges_share_their_scale(low: int, more: int, scale: str, dash: str) -> None:
    """3-4万ドル is 30,000 to 40,000 whatever the numbers, the scale and the dash."""
    (mention,) = find_quantities(f"{low}{dash}{low + more}{scale}ドル")
    size = {"万": 10**4, "億": 10**8, "兆": 10**12}[scale]
    assert (mention.value.minimum, mention.value.maximum) == (low * size, (low + more) * size)


@settings(max_examples=300, deadline=None)
@given(st.text(st.characters() | st.sampled_from("0123456789一二十百千万億兆数約-〜、,.$%年月日台基人GWM倍()→から以上")))
def test_any_text_is_safe(text: str) -> None:
    """No text fails; the mentions are in order, apart, inside the text, and their cores inside them."""
    mentions = find_quantities(text)
    assert all(0 <= m.start <= m.core_start < m.core_end <= m.end <= len(text) for m in mentions)
    assert all(first.end <= second.start for first, second in pairwise(mentions))
    assert all(m.kind in KINDS | {"bare"} for m in mentions)


@pytest.mark.parametrize("unit", ["1", "一", "1,", "123,", "-", "数", "千", "$", "約", "1.", "〜", "以上", "毎日", "1-", "USD"])
def test_long_lines_are_linear(unit: str) -> None:
    """A line of half a million characters without much to find is read in seconds."""
    begin = time.process_time()
    find_quantities(unit * (500_000 // len(unit)))
    assert time.process_time() - begin < 15
