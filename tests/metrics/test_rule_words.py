"""Ways into a stage, told in both languages."""

import pytest

from tabiji.journeymap.model import Clause, FieldChange, JourneyMap, Stage, Touchpoint
from tabiji.metrics.account.rule_words import rule_words

MAP = JourneyMap(
    "m", {}, (Stage("a", {}),), touchpoints=(Touchpoint("demo", {"ja": "デモ", "en": "Demo"}),),
    roles={"sponsor": {"ja": "後ろ盾", "en": "Sponsor"}},
)  # fmt: skip


@pytest.mark.parametrize(
    ("clause", "english", "japanese"),
    [
        (Clause(event=("target_listed",)), "Put on the target list", "ターゲットリスト登録"),
        (
            Clause(event=("opportunity_won", "contract_signed", "signed_*")),
            "Opportunity won, Contract signed or signed_*", "受注、契約締結またはsigned_*",
        ),
        (
            Clause(event=("page_viewed",), content=("/pricing*",), at_least=3, within_days=30, people=2),
            "Page viewed (content /pricing*), at least 3 times within 30 days, by at least 2 persons",
            "ページ閲覧（内容 /pricing*）が30日以内に3回以上、2名以上によるもの",
        ),
        (
            Clause(event=("meeting_held",), role=("decision_maker", "sponsor")),
            "Meeting by Decision maker or Sponsor", "決裁者または後ろ盾による商談（打ち合わせ）",
        ),
        (Clause(touchpoint=("demo",), at_least=2), "Demo, at least 2 times", "デモが2回以上"),
        (
            Clause(channel=("web", "mail"), properties={"kind": ("trial",)}, people=1, inherited=True),
            "any event (channel web or mail, kind = trial), by a known person; inherited events count, too",
            "何らかの出来事（チャネル webまたはmail、kind = trial）、人物の分かるもの。引き継いだ出来事も数えます",
        ),
        (
            Clause(field_change=FieldChange(("stage",), (), ("proposal",))),
            "stage changed from anything to proposal", "stageが何かからproposalに変わった",
        ),
        (
            Clause(event=("login",), people=3, within_days=7),
            "Login, within 7 days, by at least 3 persons", "ログイン、7日以内、3名以上によるもの",
        ),
    ],
    ids=str,
)  # fmt: skip
def test_a_rule_in_words(clause: Clause, english: str, japanese: str) -> None:
    assert (rule_words(clause, MAP, "en"), rule_words(clause, MAP, "ja")) == (english, japanese)
