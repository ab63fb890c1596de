"""Word lists of the invented companies and people, each Japanese word with its reading in Latin letters.

Company names are put together from a place-like stem and a word of the trade; likeness with a real company is accidental.
"""

from typing import NamedTuple


class Word(NamedTuple):
    """A word and its reading."""

    ja: str
    en: str


class Industry(NamedTuple):
    """A major group of the Japan Standard Industrial Classification, with its share of the simulated market."""

    letter: str
    code: str
    ja: str
    share: float
    words: tuple[Word, ...]


def _words(text: str) -> tuple[Word, ...]:
    return tuple(Word(*pair.split(":")) for pair in text.split())


_FIRST = _words(
    "青:ao 朝:asa 霧:kiri 星:hoshi 風:kaze 雪:yuki 楓:kaede 椿:tsubaki 萩:hagi 鶴:tsuru 鷹:taka 汐:shio 虹:niji 雲:kumo "
    "錦:nishiki 琴:koto 鈴:suzu 蔵:kura 柚:yuzu 梓:azusa 桐:touri 藤:fuji 凪:nagi 曙:akebono 茜:akane 碧:heki"
)
_SECOND = _words(
    "原:hara 浜:hama 峰:mine 沢:sawa 越:goe 里:sato 岬:misaki 瀬:se 川:kawa 丘:oka 森:mori 橋:hashi 島:jima 谷:tani "
    "野:no 崎:saki 津:zu 倉:kura 代:shiro 園:zono"
)
_REAL_PLACES = {"青森", "雪谷", "藤沢", "藤原", "藤崎", "鶴見", "鶴橋", "藤野", "鷹野", "青野", "萩原", "星野", "鈴川"}

STEMS: tuple[Word, ...] = tuple(
    Word(a.ja + b.ja, a.en + b.en) for b in _SECOND for a in _FIRST if a.ja + b.ja not in _REAL_PLACES
)

INDUSTRIES: tuple[Industry, ...] = (
    Industry("D", "construction", "建設業", 0.09, _words("建設:kensetsu 工務店:komuten 設備:setsubi 土木:doboku")),
    Industry(
        "E", "manufacturing", "製造業", 0.27,
        _words("精機:seiki 製作所:seisakusho 工業:kogyo 電機:denki 化成:kasei 金属:kinzoku 樹脂:jushi 食品:shokuhin"),
    ),
    Industry("G", "information", "情報通信業", 0.12, _words("システム:systems ソフト:soft 情報:joho 通信:tsushin")),
    Industry("H", "transport", "運輸業・郵便業", 0.07, _words("運輸:unyu 物流:butsuryu 倉庫:soko 海運:kaiun")),
    Industry("I", "wholesale_retail", "卸売業・小売業", 0.16, _words("商事:shoji 物産:bussan 商店:shoten 薬品:yakuhin")),
    Industry("J", "finance", "金融業・保険業", 0.03, _words("リース:lease 信用保証:shinyo 保険サービス:hoken")),
    Industry("K", "real_estate", "不動産業・物品賃貸業", 0.05, _words("不動産:fudosan 地所:jisho レンタル:rental")),
    Industry("L", "professional", "学術研究・専門技術サービス業", 0.06, _words("設計:sekkei 測量:sokuryo 総研:soken")),
    Industry("M", "hospitality", "宿泊業・飲食サービス業", 0.04, _words("観光:kanko ホテルズ:hotels フーズ:foods")),
    Industry("P", "health", "医療・福祉", 0.05, _words("メディカル:medical ケア:care ライフ:life")),
    Industry("R", "services", "サービス業", 0.06, _words("サービス:service 警備:keibi 環境:kankyo 人材:jinzai")),
)  # fmt: skip

# Prefecture, region, share of companies.
PREFECTURES: tuple[tuple[str, str, float], ...] = (
    ("北海道", "北海道", 0.04), ("宮城県", "東北", 0.03), ("福島県", "東北", 0.02), ("茨城県", "関東", 0.02),
    ("栃木県", "関東", 0.02), ("埼玉県", "関東", 0.06), ("千葉県", "関東", 0.04), ("東京都", "関東", 0.26),
    ("神奈川県", "関東", 0.08), ("新潟県", "中部", 0.02), ("石川県", "中部", 0.02), ("長野県", "中部", 0.02),
    ("静岡県", "中部", 0.04), ("愛知県", "中部", 0.09), ("京都府", "近畿", 0.03), ("大阪府", "近畿", 0.10),
    ("兵庫県", "近畿", 0.04), ("岡山県", "中国", 0.02), ("広島県", "中国", 0.02), ("香川県", "四国", 0.01),
    ("福岡県", "九州", 0.02),
)  # fmt: skip

SURNAMES: tuple[Word, ...] = _words(
    "佐藤:sato 鈴木:suzuki 高橋:takahashi 田中:tanaka 伊藤:ito 渡辺:watanabe 山本:yamamoto 中村:nakamura 小林:kobayashi "
    "加藤:kato 吉田:yoshida 山田:yamada 佐々木:sasaki 山口:yamaguchi 松本:matsumoto 井上:inoue 木村:kimura 林:hayashi "
    "清水:shimizu 斎藤:saito 山崎:yamazaki 阿部:abe 森:mori 池田:ikeda 橋本:hashimoto 石川:ishikawa 小川:ogawa 前田:maeda "
    "岡田:okada 長谷川:hasegawa 藤田:fujita 後藤:goto 近藤:kondo 村上:murakami 遠藤:endo 青木:aoki 坂本:sakamoto 福田:fukuda "
    "太田:ota 西村:nishimura 三浦:miura 藤井:fujii 岡本:okamoto 松田:matsuda 中島:nakajima 原田:harada 小野:ono 竹内:takeuchi "
    "田村:tamura 中山:nakayama 和田:wada 石田:ishida 上田:ueda 森田:morita 酒井:sakai 柴田:shibata 宮崎:miyazaki 内田:uchida"
)
GIVEN_NAMES: tuple[Word, ...] = _words(
    "健一:kenichi 直樹:naoki 大輔:daisuke 誠:makoto 隆:takashi 浩二:koji 翔太:shota 拓也:takuya 和也:kazuya 剛:tsuyoshi "
    "裕子:yuko 陽子:yoko 真由美:mayumi 恵:megumi 愛:ai 美咲:misaki 由美子:yumiko 智子:tomoko 香織:kaori 彩:aya "
    "博:hiroshi 修:osamu 亮:ryo 徹:toru 学:manabu 悠斗:yuto 蓮:ren 結衣:yui 葵:aoi 千尋:chihiro 薫:kaoru 純:jun "
    "正樹:masaki 哲也:tetsuya 康平:kohei 友美:tomomi 明日香:asuka 麻衣:mai 典子:noriko 洋介:yosuke 圭吾:keigo"
)
OWNERS: tuple[str, ...] = ("小田 涼", "今井 沙織", "平野 健", "野口 真央", "菊地 俊", "杉山 遥", "増田 亘", "千葉 怜")
FREE_MAIL: tuple[str, ...] = ("freemail.example", "webmail.example", "mail-box.example")
