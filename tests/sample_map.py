"""A whole map with invented figures, for the tests of pictures and pages: load it with `runpy.run_path`."""

from datetime import UTC, date, datetime

from tabiji.charts.map import About, Felt, Measured, Score
from tabiji.journeymap.model import (
    Cell,
    Clause,
    Finding,
    GroupRole,
    Initiative,
    JourneyMap,
    Kpi,
    Measure,
    Note,
    Persona,
    Stage,
    Touchpoint,
)
from tabiji.metrics.funnel.result import FunnelFigures, FunnelResult, StageCount, Transition
from tabiji.result import Provenance, Question, Share


def t(ja: str, en: str) -> dict[str, str]:
    return {"ja": ja, "en": en}


def note(ja: str, en: str, evidence: str = "hypothesis") -> tuple[Note, ...]:
    return (Note(t(ja, en), evidence),)


STAGES = (
    Stage("unknown", t("未知", "Unknown"), goal=t("課題に気づいていない", "Not aware of the problem")),
    Stage("aware", t("認知", "Awareness"), goal=t("課題が気になり始める", "Begins to wonder"), target_share=0.7),
    Stage("interest", t("興味・情報収集", "Interest, research"), goal=t("解き方を探す", "Looks for ways to solve it")),
    Stage(
        "consider", t("検討", "Consideration"), goal=t("比較し社内に諮る", "Compares, asks inside"), target_share=0.35,
        roles=("champion", "decision_maker"),
    ),
    Stage("order", t("発注", "Order"), kind="success", goal=t("稟議・契約", "Approval, contract")),
    Stage("use", t("継続・利用", "Use and renewal"), goal=t("定着し広げる", "Takes root and spreads")),
    Stage("lost", t("失注", "Lost"), kind="failure"),
)  # fmt: skip

TOUCHPOINTS = (
    Touchpoint("ad", t("業界紙広告", "Trade paper ad"), "print", stages=("unknown",), offline=True),
    Touchpoint("search", t("検索広告", "Search ads"), "search", stages=("aware",)),
    Touchpoint("webinar", t("ウェビナー", "Webinar"), "webinar", stages=("aware",)),
    Touchpoint("paper", t("白書", "White paper"), "web", stages=("interest",)),
    Touchpoint("case", t("導入事例", "Case studies"), "web", stages=("interest",)),
    Touchpoint("demo", t("デモ", "Demo"), "meeting", stages=("consider",)),
    Touchpoint("roi", t("ROI 試算", "ROI estimate"), "sales", stages=("consider",)),
    Touchpoint("mail", t("比較メール", "Comparison mail"), "email", stages=("consider",)),
    Touchpoint("ringi", t("稟議支援資料", "Approval kit"), "web", stages=("order",)),
    Touchpoint("training", t("導入研修", "Training"), "seminar", stages=("use",)),
    Touchpoint("qbr", t("QBR", "QBR"), "meeting", stages=("use",)),
)

CELLS = (
    Cell("champion", "unknown", note("紙の精算に慣れている", "Used to paper claims"), emotion=-0.2),
    Cell(
        "champion", "aware", note("締め作業の残業を数え始める", "Counts overtime at closing"),
        note("法改正、うちは大丈夫？", "Are we ready for the new law?"), emotion=-0.5, evidence="reported",
    ),
    Cell(
        "champion", "interest", note("比較表をつくる", "Draws up a comparison"),
        note("同じ規模の会社の例は？", "Who of our size uses it?"), emotion=0.7, evidence="observed",
    ),
    Cell(
        "champion", "consider", note("デモを 2 社に依頼、稟議の下書き", "Asks two vendors for a demo, drafts the case"),
        note("上にどう説明しよう", "How do I explain it upstairs?"), note("社内を通せるか", "Will it get through?"),
        emotion=0.3, content=("roi",), evidence="observed",
    ),
    Cell("champion", "order", note("稟議を回す", "Passes the request round"), emotion=1.0, evidence="reported"),
    Cell("champion", "use", note("社内展開の旗振り", "Leads the roll-out"), emotion=1.3),
    Cell("decision_maker", "interest", note("監査の指摘で関心をもつ", "Alerted by an audit remark")),
    Cell(
        "decision_maker", "consider", note("投資対効果を問う", "Asks what it returns"),
        note("何年で回収できる？", "How many years to pay back?"), evidence="reported",
    ),
    Cell("decision_maker", "order", note("決裁", "Signs"), evidence="observed"),
    Cell("decision_maker", "use", note("四半期レビューに出席", "Attends the quarterly review")),
    Cell("influencer", "interest", note("連携方式を確かめる", "Checks how it connects")),
    Cell(
        "influencer", "consider", note("セキュリティ審査", "Security review"),
        note("SSO と監査ログは？", "SSO and audit logs?"), evidence="reported",
    ),
    Cell("influencer", "order", note("契約条件の確認", "Checks the terms")),
)  # fmt: skip

PAINS = (
    Finding("p1", "unknown", t("緊急度が低い", "Not urgent")),
    Finding("p2", "aware", t("情報が多く信頼先が不明", "Too much to read, nobody to trust"), evidence="reported"),
    Finding("p3", "interest", t("自社に近い例が少ない", "Few examples like us"), evidence="reported"),
    Finding("p4", "consider", t("決裁者につながらない", "Does not reach the decision maker"), "champion", "observed"),
    Finding("p5", "order", t("部門の懸念で差し戻し", "Sent back by a department")),
    Finding("p6", "use", t("「入れたが使っていない」", "“Bought, not used”"), evidence="observed"),
)

INITIATIVES = (
    Initiative("i1", "unknown", t("業界課題セミナー", "Industry seminar")),
    Initiative("i2", "aware", t("法改正ウェビナー", "New-law webinar"), grade="A"),
    Initiative("i3", "interest", t("事例集", "Casebook"), grade="B"),
    Initiative(
        "i4", "consider", t("推進者向け ROI 白書", "ROI paper for champions"), "champion", "indirect", grade="A"
    ),
    Initiative("i5", "consider", t("役職者向け会", "Executive evening"), "decision_maker", "indirect", grade="testing"),
    Initiative("i6", "consider", t("比較メール", "Comparison mail"), grade="D"),
    Initiative("i7", "order", t("稟議書ひな型", "Request template"), "champion", "indirect", grade="B"),
    Initiative("i8", "use", t("90 日定着プログラム", "90-day programme"), grade="B"),
)

KPIS = (
    Kpi(
        "k1",
        "unknown",
        t("Web セッション", "Web sessions"),
        Measure(count=Clause(event=("page_viewed",)), days=90),
        12000,
    ),
    Kpi("k2", "aware", t("資料ダウンロード", "Downloads"), Measure(count=Clause(event=("downloaded",)), days=90), 300),
    Kpi(
        "k3", "interest", t("デモ申込", "Demo requests"), Measure(count=Clause(event=("demo_requested",)), days=90), 150
    ),
    Kpi("k4", "consider", t("見積→受注", "Quote → order"), Measure(share="consider"), 0.35),
    Kpi("k5", "order", t("契約", "Contracts"), Measure(reached="order"), 210),
    Kpi("k6", "use", t("NPS", "NPS"), Measure(survey="nps"), 30),
)

PERSONAS = (
    Persona(
        "maker", "company", t("製造業 300–2,000名", "Manufacturers, 300–2,000"), rule="industry = '製造業' AND employees BETWEEN 300 AND 2000",
        narrative=t("工場と本社で精算の流れが分かれ、月末の締めに三日かかる。", "Plants and head office settle apart; closing takes three days."),
    ),
    Persona(
        "tanaka", "person", t("田中 恵", "Megumi Tanaka"), "champion", department=t("経理", "Accounting"), seniority=t("課長", "manager"),
        goals=note("月末の残業を半分にする", "Halve the overtime at closing"), worries=note("入れたが使われない、になること", "That nobody uses it"),
        sources=note("業界紙、同業の経理仲間", "Trade papers, peers"), questions=note("何か月で定着しますか", "How long until it is routine?"),
    ),
    Persona(
        "sato", "person", t("佐藤 誠", "Makoto Sato"), "decision_maker", department=t("管理本部", "Administration"), seniority=t("長", "head"),
        goals=note("監査の指摘をなくす", "No more audit remarks"), questions=note("何年で回収できますか", "When does it pay back?"),
    ),
    Persona("it", "person", t("情報システム", "IT"), "influencer", department=t("情報システム", "IT")),
)  # fmt: skip

MAP = JourneyMap(
    id="new-business",
    name=t("新規導入ジャーニー", "New business"),
    stages=STAGES,
    offering="経費精算クラウド",
    touchpoints=TOUCHPOINTS,
    cells=CELLS,
    pain_points=PAINS,
    initiatives=INITIATIVES,
    kpis=KPIS,
    personas=PERSONAS,
    buying_group=(GroupRole("champion"), GroupRole("decision_maker")),
)


def share(p: float, n: int, half: float = 0.03, **more: object) -> Share:
    return Share(p, max(0.0, p - half), min(1.0, p + half), n, **more)  # type: ignore[arg-type]


STEPS = (  # n_from, n_to, aware share, median days, lost, dormant
    ("unknown", "aware", 1842, 1204, 0.74, 41, 102, 201),
    ("aware", "interest", 1204, 913, 0.79, 28, 61, 97),
    ("interest", "consider", 913, 702, 0.80, 63, 48, 66),
    ("consider", "order", 702, 186, 0.264, 94, 388, 41),
    ("order", "use", 186, 161, 0.93, 20, 4, 2),
)


def transition(
    from_: str, to: str, n_from: int, n_to: int, p: float, days: float, lost: int, dormant: int
) -> Transition:
    return Transition(
        from_, to, n_from, n_to, lost, dormant, n_from - n_to - lost - dormant, 0,
        naive=share(n_to / n_from, n_from), mature=share(p, n_from // 2), censoring_aware=share(p, n_from, 0.034, horizon_days=180),
        gone_share=(lost + dormant) / n_from,
        median_days=days, low_days=days - 3, high_days=days + 4,
    )  # fmt: skip


def funnel(stages: tuple[Stage, ...] = STAGES[:6], transitions: tuple[Transition, ...] | None = None) -> FunnelResult:
    steps = tuple(transition(*s) for s in STEPS) if transitions is None else transitions
    counts = [steps[0].n_from, *(s.n_to for s in steps)] if steps else [1842]
    return FunnelResult(
        question=Question("funnel", "new-business", 7),
        provenance=Provenance("account", 1842, 1842, 96_311, datetime(2026, 10, 2, 14, 59, 59, tzinfo=UTC), "f1a9"),
        notices=(),
        mode="reached",
        horizon_days=180,
        total=FunnelFigures(
            None, counts[0], tuple(StageCount(s.id, n, 0, s.name) for s, n in zip(stages, counts, strict=True)), steps
        ),
    )


REACH = {
    ("unknown", "ad"): 0.12, ("aware", "search"): 0.38, ("aware", "webinar"): 0.21, ("interest", "paper"): 0.44,
    ("interest", "case"): 0.35, ("consider", "demo"): 0.71, ("consider", "roi"): 0.14, ("consider", "mail"): 0.63,
    ("order", "ringi"): 0.22, ("use", "training"): 0.58, ("use", "qbr"): 0.31,
}  # fmt: skip

MEASURED = Measured(
    funnel=funnel(),
    presence={"champion": share(0.46, 1842), "decision_maker": share(0.18, 1842), "influencer": share(0.38, 1842)},
    presence_at={("consider", "champion"): share(0.86, 702), ("consider", "decision_maker"): share(0.41, 702)},
    reach={key: share(p, 500) for key, p in REACH.items()},
    felt={
        "aware": Felt(-0.7, 88, -0.9, -0.5), "interest": Felt(0.6, 131, 0.4, 0.8), "consider": Felt(-1.2, 214, -1.4, -1.0),
        "order": Felt(0.2, 64, 0.0, 0.4), "use": Felt(0.8, 102, 0.6, 1.0),
    },
    kpis={
        "k1": Score(12431, 12431, previous=11902), "k2": Score(318, 318), "k3": Score(141, 141), "k4": Score(0.264, 702, 0.231, 0.298),
        "k5": Score(186, 186), "k6": Score(32, 88, 24.5, 39.1, previous=29),
    },
)  # fmt: skip

ABOUT = About(version=7, changed_on=date(2026, 10, 2), began_on=date(2025, 5, 7), n_persons=6410)
