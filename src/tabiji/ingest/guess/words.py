"""What columns of exports are usually called, in Japanese and English, per canonical table and column.

A name is compared in its plain form (`plain`): NFKC, lower case, without spaces, punctuation and a vendor's prefix. The first
name of a line is the surest. `=` before a name: only the whole name fits; otherwise it may also be a part of one.
"""

import re
import unicodedata
from functools import lru_cache

PREFIXES = ("properties", "property")

ACCOUNT_ID = "企業id 会社id 取引先id 顧客id 法人id accountid companyid customerid 顧客コード 取引先コード 会社コード 企業コード caseid"
ACCOUNT_NAME = "会社名 企業名 取引先名 顧客名 法人名 社名 商号 accountname companyname customername organizationname =account =company =customer =organization =organisation =会社 =企業 =取引先 =顧客 =勤務先 =お客様 =客先 =得意先 =client =firm =co"
PERSON_ID = "担当者id 人物id リードid 見込み客id 顧客担当者id contactid personid leadid userid visitorid whoid =person =contact =lead =user =who =誰 =だれ"
EMAIL = "メールアドレス =メール =eメール email emailaddress =mail mailaddress"
OPPORTUNITY_ID = "商談id 案件id 商談番号 案件番号 商談no 案件no opportunityid dealid opportunitynumber dealrecordid 商談コード 案件コード"
OPPORTUNITY_NAME = "商談名 案件名 opportunityname dealname =opportunity =deal"
AMOUNT = "金額 受注金額 契約金額 見積金額 想定金額 商談金額 amount dealamount closevalue contractvalue =value =revenue =price 売上金額 =額 =amt"
CURRENCY = "通貨 currency currencycode currencyisocode"
CHANNEL = "チャネル チャンネル 流入元 経路 媒体 channel medium utmmedium"
CAMPAIGN = (
    "キャンペーン キャンペーン名 施策名 campaign campaignname utmcampaign キャンペーンid campaignid emailcampaignid"
)
OFFERING = "商材 製品 商品 サービス名 プラン product productname offering plan 製品id 商品id productid"

NAMES: dict[str, dict[str, str]] = {
    "account": {
        "name": ACCOUNT_NAME + " =name =名称 =名前 =名",
        "domain": "ドメイン domain website webサイト ホームページ =url companydomainname",
        "corporate_number": "法人番号 corporatenumber",
        "industry": "業種 業界 産業分類 industry sector",
        "employees": "従業員数 社員数 従業員規模 employees numberofemployees employeecount headcount =社員 =従業員 =人数 =staff",
        "annual_revenue": "売上高 年商 売上規模 年間売上 annualrevenue revenue",
        "currency": CURRENCY,
        "country": "国 国名 country billingcountry officelocation",
        "region": "都道府県 地域 エリア 所在地 region prefecture state billingstate =住所 =県 =pref",
        "parent": "親会社 親企業 parentid parentaccount parentcompany subsidiaryof",
    },
    "person": {
        "email": EMAIL,
        "name": "氏名 担当者名 お名前 名前 フルネーム fullname contactname personname =name =姓名",
        "title": "役職 肩書 職位 jobtitle =title position",
        "department": "部署 部門 所属 department",
        "account": f"{ACCOUNT_ID} {ACCOUNT_NAME}",
        "phone": "電話番号 電話 tel phone mobilephone phonenumber",
    },
    "membership": {
        "account": f"{ACCOUNT_ID} {ACCOUNT_NAME}",
        "person": f"{PERSON_ID} {EMAIL}",
        "opportunity": f"{OPPORTUNITY_ID} {OPPORTUNITY_NAME}",
        "role": "役割 購買における役割 =role buyingrole contactrole",
        "valid_from": "開始日 validfrom startdate =from 着任日",
        "valid_to": "終了日 validto enddate =to 離任日",
    },
    "opportunity": {
        "account": f"{ACCOUNT_ID} {ACCOUNT_NAME}",
        "offering": OFFERING,
        "owner": "営業担当 担当者 所有者 担当営業 owner ownerid ownername salesagent salesrep =担当",
        "amount": AMOUNT,
        "currency": CURRENCY,
        "stage": "フェーズ 商談ステージ 案件ステージ ステージ ステータス 商談状況 進捗 確度 stage stagename dealstage status pipelinestage phase stageid dealstageid pipelinestageid dealpipelinestageid =ph =result =outcome =結果 =状態 =段階 =勝敗",
        "opened_at": "商談開始日 案件発生日 商談作成日 発生日 起票日 作成日 作成日時 登録日 engagedate opendate openedat createdate createddate createdat =created =opened =open =start =開始 =発生 =起票",
        "closed_at": "完了日 クローズ日 決着日 受注日 成約日 契約日 契約締結日 失注日 決定日 終了日 closedate actualclosedate actualclose closedat closeddate dateclosed closedon closingdate wondate wonat wonon lostdate lostat loston 完了予定日 受注予定日 契約予定日 クローズ予定日 =closed =close =end =終了 =完了 =決着",
    },
    "event": {
        "at": "発生日時 日時 活動日時 活動日 実施日 行動日時 アクセス日時 開催日 参加日 申込日 回答日 変更日時 変更日 changedat changedate 受信日時 送信日時 timestamp =ts =at eventtime eventdate activitydate occurredat datetime =日付 =date =time createdat createdate 作成日時 登録日時 =created dateentered addedat starttime =when =いつ =日",
        "name": "イベント名 イベント アクティビティ 活動種別 活動内容 行動種別 行動 アクション 種別 eventname eventtype activitytype activity =event =action =type concept:name =name =what =何 =出来事 変更後 変更後の値 遷移先 tostage newstage stageto",
        "account": f"{ACCOUNT_ID} {ACCOUNT_NAME} =who =誰 =だれ",
        "person": f"{EMAIL} {PERSON_ID} =recipient",
        "opportunity": f"{OPPORTUNITY_ID} {OPPORTUNITY_NAME}",
        "channel": CHANNEL,
        "source": "参照元 ソース utmsource trafficsource =source referrer",
        "campaign": CAMPAIGN,
        "content": "ページurl ページ コンテンツ 資料名 件名 セミナー名 pageurl =page =url path =content assetname subject primaryattributevalue",
        "offering": OFFERING,
        "value": AMOUNT,
        "currency": CURRENCY,
    },
    "cost": {
        "on": "日付 計上日 利用日 =day =date 年月日 =on 月 month",
        "channel": CHANNEL + " 広告媒体 source",
        "campaign": CAMPAIGN,
        "amount": "費用 コスト 広告費 消化金額 ご利用金額 cost spend amountspent expense " + AMOUNT,
        "currency": CURRENCY,
    },
    "survey": {
        "at": "回答日時 回答日 submittedat respondedat =at timestamp =日付 =date createdat",
        "account": f"{ACCOUNT_ID} {ACCOUNT_NAME}",
        "person": f"{EMAIL} {PERSON_ID}",
        "kind": "調査種別 アンケート種別 surveytype =kind =種別",
        "score": "スコア 点数 評価 推奨度 満足度 score rating nps csat ces",
        "scale_max": "満点 scalemax maxscore",
        "comment": "コメント 自由記述 ご意見 理由 comment feedback verbatim",
        "touchpoint": "対象 接点 touchpoint",
    },
}

KEYS: dict[str, str] = {
    "account": ACCOUNT_ID + " =id recordid",
    "person": PERSON_ID + " =id recordid " + EMAIL,
    "membership": "=id",
    "opportunity": OPPORTUNITY_ID + " =id recordid " + OPPORTUNITY_NAME,
    "event": "イベントid アクティビティid 活動id eventid activityid messageid engagementid taskid ticketid =id",
    "cost": "=id",
    "survey": "回答id responseid surveyid =id",
}

# What makes a file this table rather than another: every group must be matched by some column.
SIGNS: dict[str, tuple[str, ...]] = {
    "survey": (
        NAMES["survey"]["score"],
        "回答日 submitted responded 自由記述 コメント comment feedback surveyid responseid",
    ),
    "membership": (NAMES["membership"]["role"], f"{PERSON_ID} {EMAIL}"),
    "cost": ("費用 コスト 広告費 消化金額 ご利用金額 cost spend amountspent expense",),
    "opportunity": (
        f"{OPPORTUNITY_ID} {OPPORTUNITY_NAME} フェーズ 商談ステージ 案件ステージ dealstage stagename 失注日 wondate lostdate",
        " ".join([AMOUNT, NAMES["opportunity"]["stage"], NAMES["opportunity"]["closed_at"]]),
    ),
    "event": (
        "日時 発生日 活動日 実施日 アクセス日 開催日 参加日 申込日 変更日 changedat changedate timestamp =ts =at eventtime eventdate activitydate occurredat =日付 =date =time =created =when =いつ =日",
        "イベント アクティビティ 活動種別 活動内容 行動 アクション 種別 eventname eventtype activity =event =action =type concept:name =what =何 =出来事 変更後 遷移先 tostage newstage stageto",
    ),
    "person": (f"{EMAIL} 氏名 担当者名 役職 jobtitle fullname lastname",),
    "account": (
        " ".join([ACCOUNT_ID, ACCOUNT_NAME, NAMES["account"]["industry"], NAMES["account"]["employees"], "=name"]),
    ),
}

# What the name of a file says about it; it only adds to what the columns say.
FILES = {
    "account": "企業 会社 取引先 顧客 account company companies customer",
    "person": "人物 担当者 名刺 リード 見込み客 コンタクト contact person people lead",
    "membership": "関与者 役割 membership buyinggroup contactrole",
    "opportunity": "商談 案件 opportunity opportunities deal pipeline",
    "event": "活動 行動 履歴 ログ イベント event activity activities log touch",
    "cost": "費用 広告費 コスト cost spend",
    "survey": "アンケート 調査 nps csat survey",
}

WON = ("won", "受注", "成約", "契約", "成立", "導入決定", "closedwon")
LOST = ("lost", "失注", "見送り", "不成立", "敗戦", "辞退", "closedlost", "キャンセル")
WON_OR_LOST = {
    "win": WON[0],
    "勝": WON[0],
    "勝ち": WON[0],
    "loss": LOST[0],
    "負": LOST[0],
    "負け": LOST[0],
}  # as whole values only
NOT_AN_EVENT = (  # dates that tell no moment of the journey
    "予定", "更新", "最終", "次回", "生年", "誕生", "期限", "期日", "設立", "締切", "取込", "同期",
    "expected", "modified", "updated", "last", "next", "birth", "due", "synced", "established", "expire", "forecast",
    "fivetran", "modstamp",  # what moved the data, not the customer
)  # fmt: skip

# Columns that speak of a mail, and are no address.
ABOUT_MAIL = re.compile(
    "(text|body|subject|html|template|preview|status|reason|type|count|bounced|quality|件名|本文)c?$"
)

LEAST = 0.5  # of `fit`: a weaker fit of a name is no fit

_VENDOR = re.compile(rf"^({'|'.join(PREFIXES)})[_.\s:]+(?=\w)", re.I)


def plain(name: str) -> str:
    """A column's name without width, case, spaces, punctuation, custom-field mark and vendor's prefix."""
    folded = unicodedata.normalize("NFKC", name).strip().lower()
    folded = _VENDOR.sub("", folded)
    folded = re.sub(r"__c$", "", folded)
    return re.sub(r"[^\w:]|_", "", folded)


def own_name(column: str) -> str:
    """A column's name as written, without a vendor's prefix."""
    return _VENDOR.sub("", column.strip())


@lru_cache(maxsize=10_000)
def fit(name: str, words: str) -> float:
    """How well a plain name fits a list of names, 0–1: a whole name more than a part, an earlier word a little more."""
    best = 0.0
    for place, word in enumerate(words.split()):
        whole_only, word = word.startswith("="), word.removeprefix("=")
        if name == word:
            score = 1.0
        elif name.endswith("id") and not word.endswith("id"):
            continue  # the number of a campaign is no address, the number of a type no name
        elif not whole_only and len(word) >= 2 and word in name:
            score = 0.45 + 0.4 * len(word) / len(name)
        else:
            continue
        best = max(best, score - 0.004 * place)
    return best
