"""What the keys of the answers are called, question by question; a key of several questions stands where it comes first."""

from tabiji.i18n import N_
from tabiji.metrics.credit.result import MODEL_NAMES

ANY_ANSWER = {
    "id": N_("id"), "from": N_("from"), "to": N_("to"), "horizon_days": N_("horizon, days"), "value": N_("value"),
    "unit": N_("unit"), "currency": N_("currency"), "denominators": N_("counted over"), "interval": N_("interval"),
    "method": N_("method"), "replicates": N_("replicates"), "seed": N_("seed"), "resamples": N_("resamples"),
    "kind": N_("kind"), "key": N_("key"), "of": N_("out of"), "total": N_("total"), "group": N_("group"),
    "first_on": N_("first day"), "last_on": N_("last day"), "days": N_("days"), "units": N_("companies (units)"),
    "left": N_("who left"), "expected": N_("expected"), "observed": N_("observed"), "p": N_("p"),
    "q": N_("p, adjusted for many tests"), "ratio": N_("ratio"), "ratio_low": N_("ratio, low end"),
    "ratio_high": N_("ratio, high end"), "difference": N_("difference"), "with": N_("with it"),
    "without": N_("without it"), "within": N_("within that time"),
}  # fmt: skip
DWELL_VELOCITY = {
    "tests": N_("Differences between segments"), "test": N_("test"), "statistic": N_("test statistic"),
    "df": N_("degrees of freedom"), "n_valued": N_("won with a value"),
}  # fmt: skip
BOTTLENECK = {
    "reference": N_("Compared with"), "source": N_("source"), "rank": N_("rank"), "factors_of": N_("Separated in"),
    "went": N_("went on"), "adjusted_for": N_("adjusted for"), "tested": N_("tested"), "odds_ratio": N_("odds ratio"),
    "n_with": N_("journeys with it"), "n_without": N_("journeys without it"), "went_with": N_("went on with it"),
    "went_without": N_("went on without it"), "weeks_with": N_("weeks with it"),
    "weeks_without": N_("weeks without it"), "separates": N_("separates"),
}  # fmt: skip
ACCOUNTS = {
    "account": N_("company (unit)"), "attempt": N_("journey number"), "started_at": N_("started"),
    "ended_at": N_("ended"), "outcome": N_("outcome"), "entered_at": N_("entered"), "left_at": N_("left"),
    "stay_days": N_("days in the stage"), "longer_than_median": N_("longer than the median"),
    "stalled": N_("longer than the median"), "outlook": N_("outlook"), "waited_days": N_("days in the stage so far"),
    "entered": N_("of all who entered"), "page": N_("page"), "pages": N_("pages"), "page_size": N_("on a page"),
    "outcomes": N_("Outcome"), "last_touch_at": N_("last touch"), "amounts": N_("amounts"), "amount": N_("amount"),
    "missing": N_("roles missing"), "knows_roles": N_("roles are known"),
}  # fmt: skip
ONE_ACCOUNT = {
    "next": N_("next stages"), "near_misses": N_("What it lacked"), "rule": N_("Way in"),
    "clause": N_("way in, number"), "text": N_("text"), "lacking": N_("what was lacking"), "what": N_("what"),
    "have": N_("had"), "need": N_("needed"), "return": N_("return"), "event_id": N_("event id"),
    "person": N_("person"), "channel": N_("channel"), "content": N_("content"), "at": N_("at"),
    "there": N_("has shown up"), "people": N_("people"), "title": N_("title"), "department": N_("department"),
    "n_touches": N_("touches"), "first_at": N_("first touch"), "last_at": N_("last touch"),
    "touches": N_("touches"), "event": N_("event"), "required": N_("required number"), "due": N_("expected by now"),
    "known": N_("known, but not met"), "unused_touchpoints": N_("planned touchpoints not met"),
    "company": N_("Company"), "domain": N_("Domain"), "corporate_number": N_("Corporate number"),
    "industry": N_("Industry"), "employees": N_("Employees"), "annual_revenue": N_("Revenue"),
    "country": N_("Country"), "region": N_("Region"), "parent": N_("Parent"), "opportunities": N_("Opportunities"),
    "offering": N_("Offering"), "owner": N_("Owner"), "opened_at": N_("opened"), "closed_at": N_("closed"),
    "span": N_("days apart"), "others": N_("by others"), "people_have": N_("persons there"),
    "people_need": N_("persons needed"),
}  # fmt: skip
COHORTS = {
    "every": N_("length of a period"), "year_from": N_("first month of a year"), "ages_days": N_("ages, days"),
    "age_days": N_("age, days"), "cohort": N_("Began in"), "whole": N_("period has passed"),
}  # fmt: skip
CREDIT = {
    "goal": N_("goal"), "level": N_("level"), "lookback_days": N_("looks back, days"),
    "half_life_days": N_("half-life, days"), "order": N_("order"), "repeats": N_("repeated touches"),
    "value_function": N_("value function"), "open_as_null": N_("open ones count as none"),
    "conversions": N_("conversions"), "without_touch": N_("without a touch"),
    "nulls": N_("ended without a conversion"), "valued": N_("with a value"),



    "stability": N_("Firmness"), "verdict": N_("verdict"), "same_first": N_("same first in"),
    "tau": N_("agreement of ranks (tau)"), "absent": N_("without the anchor"), "touched": N_("Touched"),
    "model": N_("model"), "goals": N_("counted"), "entry": N_("entries"), "opportunity": N_("opportunities"),
    "rows": N_("Row"), "spend": N_("spend"), "per": N_("cost per"), "roi": N_("return on spend"),
    "roi_low": N_("return on spend, low end"), "roi_high": N_("return on spend, high end"),
    "without_credit": N_("Spend without credit"), "keys": N_("keys"), "unpaid": N_("credit without spend"),
}  # fmt: skip
GROUP = {
    "weight": N_("weight"), "required_from": N_("requirements come from"), "landmark_days": N_("compared on day"),
    "within_days": N_("within days"), "during": N_("active in the stage"), "adobe": N_("Adobe's definition"),
    "salesforce": N_("Salesforce's definition"), "typical": N_("typical order"), "shown": N_("has shown up"),
    "share_first": N_("share in which it came first"), "median_position": N_("median place"),
    "sequences": N_("Sequence"), "handover": N_("Handover"), "came": N_("came"), "already": N_("was there already"),
    "n_used": N_("compared in alike strata"), "crude": N_("not adjusted"), "influence": N_("Influence"),
    "quartiles": N_("quartiles"), "active": N_("active"), "weights": N_("Weights"), "activities": N_("activities"),
    "states": N_("State"), "aligned": N_("aligned"), "split": N_("split"), "blocked": N_("blocked"),
    "unknown": N_("unknown"), "members": N_("members"), "for": N_("for"), "neutral": N_("neutral"),
    "against": N_("against"), "silent": N_("silent"), "reported": N_("reported"), "inferred": N_("inferred"),
    "disputes": N_("Disputes"), "state": N_("state"), "grade": N_("evidence grade"), "decider": N_("who decides"),
}  # fmt: skip
CONFORMANCE = {
    "log": N_("fitness of the log"), "log_low": N_("fitness of the log, low end"),
    "log_high": N_("fitness of the log, high end"), "mean_trace": N_("mean fitness of journeys"),
    "mean_trace_low": N_("mean fitness, low end"), "mean_trace_high": N_("mean fitness, high end"),
    "cost": N_("cost"), "worst": N_("worst cost"), "fitting": N_("fits wholly"),
    "unexplained": N_("steps that the plan does not explain"), "class": N_("kind of deviation"),
    "compared_at": N_("compared on"), "onward_low": N_("difference in going on, low end"),
    "onward_high": N_("difference in going on, high end"), "onward_with": N_("goes on with it"),
    "onward_without": N_("goes on without it"), "onward_n_with": N_("compared with it"),
    "onward_n_without": N_("compared without it"), "value_low": N_("difference in value, low end"),
    "value_high": N_("difference in value, high end"), "value_with": N_("value with it"),
    "value_without": N_("value without it"), "value_n_with": N_("values with it"),
    "value_n_without": N_("values without it"), "candidate": N_("candidate for the plan"),
    "onward_reason": N_("why no difference in going on"), "value_reason": N_("why no difference in value"),
    "plan": N_("The plan"), "steps": N_("Step"), "passed": N_("passed"), "as_planned": N_("as planned"),
    "optional": N_("optional"), "repeatable": N_("repeatable"), "limit_days": N_("planned longest stay in days"),
}  # fmt: skip
PATHS = {
    "collapse": N_("repeats taken as one"), "once": N_("only the first time"),
    "edges_rest": N_("steps that are not listed"), "path": N_("Path"), "success": N_("reached the goal"),
    "rest": N_("all other paths"), "via": N_("by way of"), "direct": N_("directly"),
    "loops_rest": N_("loops that are not listed"), "median_reason": N_("why no median"),
}  # fmt: skip
EMOTION_VOICE = {
    "nps": "NPS", "csat": "CSAT", "ces": "CES", "note": N_("notes"), "negative": N_("Negative touches"),
    "link": N_("Link with being lost"), "hazard_ratio": N_("hazard ratio"), "lost_after": N_("lost after it"),
    "window_days": N_("window, days"), "scale": N_("scale"), "top_box": N_("highest answer"),
    "top_two_box": N_("two highest answers"), "counts": N_("answers by score"), "by": N_("By"), "month": N_("Month"),
    "promoters": N_("promoters"), "passives": N_("passives"), "detractors": N_("detractors"),
    "comments": N_("Comments"), "scale_max": N_("top of the scale"),
}  # fmt: skip
RETENTION = {
    "period": N_("period"), "meanings": N_("Counted as"), "start": N_("at the start"), "renewal": N_("renewals"),
    "expansion": N_("expansions"), "contraction": N_("contractions"), "end": N_("at the end"),
    "customers": N_("customers"), "ever": N_("ever"), "new": N_("new"), "ended": N_("ended"),
    "logo_churn": N_("Logo churn"), "numerator": N_("numerator"), "denominator": N_("denominator"),
    "revenue": N_("Revenue retention"), "definitions": N_("Definition"), "gross": N_("gross"), "net": N_("net"),
    "base": N_("base"), "kept": N_("value kept"), "bridge": N_("From start to end"), "reduced": N_("reduced"),
    "added": N_("added"), "lifetime_value": N_("Lifetime value"), "formula": N_("by the formula"),
    "survival": N_("How long subscriptions last"), "curve": N_("in force after days"),
}  # fmt: skip
HEALTH = {
    "components": N_("Component"), "measure": N_("measure"), "bands": N_("customers by fifths"),
    "measured": N_("parts that are measured"), "of_measured": N_("mean of measured"), "overall": N_("overall"),
    "deployment": N_("Deployment"), "adoption": N_("Adoption"), "validation": N_("How it was checked"),
    "landmarks": N_("dates looked at"), "auc": N_("told apart (AUC)"), "by_component": N_("by component"),
}  # fmt: skip
OTHER_KEYS = {
    **ANY_ANSWER,
    **DWELL_VELOCITY,
    **BOTTLENECK,
    **ACCOUNTS,
    **ONE_ACCOUNT,
    **COHORTS,
    **CREDIT,
    **MODEL_NAMES,
    **GROUP,
    **CONFORMANCE,
    **PATHS,
    **EMOTION_VOICE,
    **RETENTION,
    **HEALTH,
}
