"""Write tables as the files of a customer: CSV at small scale, Parquet in parts at large scale."""

from pathlib import Path
from typing import Literal

import duckdb
import numpy as np

from tabiji.demo.export.dirt import Dirt
from tabiji.demo.export.queries import FILES, PEOPLE, File
from tabiji.demo.export.tables import Table, Tables
from tabiji.demo.process.stay import OUTCOMES
from tabiji.demo.records.catalogue import CONTENT_LIST, KINDS
from tabiji.demo.records.opportunities import REASONS
from tabiji.demo.records.timeline import SLOT_ROLE
from tabiji.demo.records.voices import ASKED_AFTER, SCALE_MAX, comment_words
from tabiji.demo.records.voices import KINDS as SURVEY_KINDS
from tabiji.demo.world.parameters import OFFERINGS, ROLES, SOURCES, STAGES
from tabiji.demo.world.people import POSTS
from tabiji.demo.world.words import FREE_MAIL, GIVEN_NAMES, INDUSTRIES, OWNERS, PREFECTURES, SURNAMES

Form = Literal["csv", "parquet"]

ROLE_NAMES = {
    "champion": "導入推進者", "influencer": "関与者", "it_security": "情報システム", "decision_maker": "決裁者",
    "executive": "経営層", "purchasing": "購買窓口", "user": "使用者",
}  # fmt: skip
LEAD_SOURCES = {"target_list": "ターゲットリスト", "inbound": "問い合わせ", "exhibition": "展示会", "referral": "紹介"}
TICKET_TOPICS = ("承認経路の設定", "会計ソフト連携", "領収書の読み取り", "ユーザー追加", "請求内容の確認")

WORDS: dict[str, list[str | int | None]] = {
    "surnames": [w.ja for w in SURNAMES],
    "surname_readings": [w.en for w in SURNAMES],
    "given_names": [w.ja for w in GIVEN_NAMES],
    "given_readings": [w.en for w in GIVEN_NAMES],
    "free_mail": [*FREE_MAIL],
    "industries": [i.ja for i in INDUSTRIES],
    "industry_codes": [i.code for i in INDUSTRIES],
    "prefectures": [p[0] for p in PREFECTURES],
    "regions": [p[1] for p in PREFECTURES],
    "lead_sources": [LEAD_SOURCES[s] for s in SOURCES],
    "titles": [title for title, _ in POSTS],
    "departments": [department for _, department in POSTS],
    "role_names": [ROLE_NAMES[ROLES[r]] for r in SLOT_ROLE],
    "true_roles": [ROLES[r] for r in SLOT_ROLE],
    "offerings": [*OFFERINGS],
    "owners": [*OWNERS],
    "reasons": [*REASONS],
    "contents": [*CONTENT_LIST],
    "ticket_topics": [*TICKET_TOPICS],
    "survey_kinds": [*SURVEY_KINDS],
    "survey_scales": [*SCALE_MAX],
    "survey_touchpoints": [ASKED_AFTER.get(stage) for stage in range(len(STAGES))],
    "comments": [*comment_words()],
    "stages": [*STAGES],
    "outcomes": [*OUTCOMES],
}


class Writer:
    """Writes one or more parts of every exported file below a folder."""

    def __init__(self, folder: Path, form: Form, dirt: Dirt) -> None:
        self.folder, self.form, self.dirt = folder, form, dirt
        self.counts: dict[str, int] = {}  # rows per file path, over all parts
        self.parts = 0
        self._events = 0
        self._con = duckdb.connect(config={"threads": 1, "preserve_insertion_order": True})
        for name, words in WORDS.items():
            self._con.execute(f"SET VARIABLE {name} = ?", [words])
        kinds = [(c, k.key, k.event, k.system, k.channel, k.campaign or None) for c, k in enumerate(KINDS)]
        self._con.execute(
            "CREATE TEMP TABLE kind (kind INT, key TEXT, event TEXT, system TEXT, channel TEXT, campaign TEXT)"
        )
        self._con.executemany("INSERT INTO kind VALUES (?, ?, ?, ?, ?, ?)", kinds)
        for file in FILES:
            (folder / file.path).parent.mkdir(parents=True, exist_ok=True)

    def write(self, tables: Tables) -> None:
        """Write one part. At small scale there is one part and it has no number."""
        self.parts += 1
        event = self._in_order(tables.event)
        for name in Tables.__slots__:
            table = event if name == "event" else getattr(tables, name)
            self._con.register(name, {column: np.ascontiguousarray(values) for column, values in table.items()})
        self._con.execute(PEOPLE)
        for file in FILES:
            self._write(file)
        for name in Tables.__slots__:
            self._con.unregister(name)

    def close(self) -> None:
        """Give the memory back."""
        self._con.close()

    def names(self, path: str) -> list[str]:
        """The names of a file's parts, relative to the folder of its source."""
        stem = Path(path).name
        if self.form == "csv":
            return [f"{stem}.csv"]
        return [f"{stem}-{part:04d}.parquet" for part in range(1, self.parts + 1)]

    def _in_order(self, event: Table) -> Table:
        """Events by time with a running number; what is exported twice has the same number on two lines."""
        order = np.argsort(event["at"], kind="stable")
        row = np.arange(self._events + 1, self._events + len(order) + 1)
        copies = 1 + event["twice"][order].astype(np.int64)
        self._events += len(order)
        sorted_ = {name: np.repeat(values[order], copies) for name, values in event.items() if name != "twice"}
        return {**sorted_, "row": np.repeat(row, copies), "line": np.arange(int(copies.sum()))}

    def _write(self, file: File) -> None:
        query = file.query.replace("{part}", f"'-{self.parts}'" if self.form == "parquet" else "''")
        target = self.folder / Path(file.path).parent / self.names(file.path)[-1]
        options = "FORMAT csv, HEADER" if self.form == "csv" else "FORMAT parquet, COMPRESSION zstd"
        written = self._con.execute(
            f"COPY ({query}) TO '{str(target).replace(chr(39), chr(39) * 2)}' ({options})"
        ).fetchone()
        self.counts[file.path] = self.counts.get(file.path, 0) + (written[0] if written else 0)
        encoding = "utf-8" if file.encoding == "cp932" and not self.dirt.cp932 else file.encoding
        if self.form == "csv" and encoding != "utf-8":
            _transcode(target, encoding)


def _transcode(path: Path, encoding: str) -> None:
    other = path.with_suffix(".tmp")
    with path.open(encoding="utf-8", newline="") as source, other.open("w", encoding=encoding, newline="") as target:
        while text := source.read(1 << 20):
            target.write(text)
    other.replace(path)
