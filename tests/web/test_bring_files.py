"""Bringing files: upload, mapping as a form, dry run, import, first map."""

import re
from html.parser import HTMLParser

import pytest
from ruamel.yaml import YAML
from starlette.testclient import TestClient

from tabiji.ingest.guess import Sample, guess
from tabiji.settings import Settings
from tabiji.web.pages.start.batch import Batch, Choices, safe_name
from tabiji.web.pages.start.form import read_form
from tabiji.workspace import Workspace
from web_cast import client_of, companies, deals, follow


class Form(HTMLParser):
    """What a browser would send for the form `#mapping`."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.values: dict[str, str] = {}
        self._inside = False
        self._select = ""
        self._option: str | None = None
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        a = dict(attrs)
        if tag == "form":
            self._inside = a.get("id") == "mapping"
        if not self._inside:
            return
        if tag == "input" and "name" in a and (a.get("type") != "checkbox" or "checked" in a):
            self.values[a["name"]] = a.get("value", "")
        elif tag == "select":
            self._select = a["name"]
            self.values[self._select] = ""
        elif tag == "option" and "selected" in a:
            self._option = a.get("value")
            if self._option is not None:
                self.values[self._select] = self._option
            else:
                self._option = ""

    def handle_data(self, data):
        if self._option == "" and self._select:
            self.values[self._select] = data
            self._option = None

    def handle_endtag(self, tag):
        if tag == "option":
            self._option = None
        if tag == "form":
            self._inside = False


def upload(client: TestClient, **files: bytes) -> str:
    """Upload files (name → content, `_` for the dot); gives the address of their mapping."""
    parts = [("files", (name.replace("_", "."), content)) for name, content in files.items()]
    answer = client.post("/start/upload", files=parts, follow_redirects=False)
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


@pytest.fixture
def brought(client: TestClient) -> str:
    return upload(client, deals_csv=deals().encode("cp932"), companies_csv=companies().encode())


def test_files_are_kept_in_the_workspace_with_a_mapping_that_the_command_line_can_use(
    client: TestClient, workspace: Workspace, brought: str
):
    folder = workspace.folder.uploads / brought.rsplit("/", 1)[-1]
    assert sorted(f.name for f in folder.iterdir()) == ["choices.json", "companies.csv", "deals.csv", "mapping.yaml"]
    assert (folder / "deals.csv").read_bytes() == deals().encode("cp932")
    report = workspace.import_(folder / "mapping.yaml", dry_run=True).to_dict()
    assert [(t["file"], t["to"], t["accepted"]) for t in report["tables"]] == [
        ("companies.csv", "account", 30),
        ("deals.csv", "opportunity", 30),
    ]


def test_the_guess_is_shown_with_values_to_check_it_by(client: TestClient, brought: str):
    page = client.get(brought + "?lang=en").text
    values = Form(page).values
    assert values["t0.to"] == "account"
    assert values["t0.key"] == "会社名"
    assert values["t1.to"] == "opportunity"
    assert values["t1.key"] == "商談ID"
    assert [values[f"t1.e{k}.name"] for k in range(4)] == [
        "opportunity_opened",
        "opportunity_won",
        "opportunity_lost",
        "見積提出",
    ]
    assert '<span title="製造業">製造業</span>' in page


def test_a_form_that_comes_back_unchanged_changes_nothing(client: TestClient, workspace: Workspace, brought: str):
    mapping = workspace.folder.uploads / brought.rsplit("/", 1)[-1] / "mapping.yaml"
    before = mapping.read_text("utf-8")
    values = Form(client.get(brought).text).values
    assert client.post(brought, data=values, follow_redirects=False).status_code == 303
    assert mapping.read_text("utf-8") == before


def test_corrections_reach_the_mapping_file(client: TestClient, workspace: Workspace, brought: str):
    values = Form(client.get(brought).text).values
    columns = ["商談ID", "会社名", "フェーズ", "金額", "作成日", "見積提出日", "完了日"]
    values |= {
        "source": "sfa",
        f"t1.c{columns.index('金額')}": "",
        f"t1.c{columns.index('フェーズ')}": "+",
        "t1.e3.name": "quoted",
        "t1.e1.when": '"金額" > 5',
        "t0.to": "",
    }
    del values["t1.e2.use"]
    client.post(brought, data=values)
    folder = workspace.folder.uploads / brought.rsplit("/", 1)[-1]
    mapping = YAML(typ="safe").load((folder / "mapping.yaml").read_text("utf-8"))
    assert mapping["source"] == "sfa"
    [table] = mapping["tables"]
    assert table["file"] == "deals.csv"
    assert "amount" not in table["columns"]
    assert table["properties"] == ["フェーズ"]
    assert [(e["name"], e.get("when")) for e in table["events"]] == [
        ("opportunity_opened", None), ("opportunity_won", '"金額" > 5'), ("quoted", None),
    ]  # fmt: skip


def test_a_file_is_guessed_again_as_what_it_is_said_to_be(client: TestClient, brought: str):
    values = Form(client.get(brought).text).values | {"t1.to": "event", "action": "again:1"}
    page = client.post(brought, data=values).text
    again = Form(page).values
    assert again["t1.to"] == "event"
    assert "t1.e0.name" not in again


def test_a_dry_run_tells_what_would_come_in_and_changes_nothing(client: TestClient, workspace: Workspace, brought: str):
    values = Form(client.get(brought).text).values
    assert 'value="import"' not in client.get(brought).text  # not before it was tried out
    job = client.post(brought, data=values | {"action": "check"}, follow_redirects=False).headers["location"]
    assert follow(client, job) == brought + "#report"
    page = client.get(brought + "?lang=en").text
    assert "Every row can be used. Nothing is imported yet." in page
    assert 'value="import"' in page
    assert workspace.lake.head().number == 0


def test_a_report_belongs_to_the_mapping_that_it_was_made_with(client: TestClient, brought: str):
    values = Form(client.get(brought).text).values
    follow(client, client.post(brought, data=values | {"action": "check"}, follow_redirects=False).headers["location"])
    client.post(brought, data=values | {"source": "other"})
    assert 'value="import"' not in client.get(brought).text


def test_an_import_leads_to_a_first_map(client: TestClient, workspace: Workspace, brought: str):
    values = Form(client.get(brought).text).values
    job = client.post(brought, data=values | {"action": "import"}, follow_redirects=False).headers["location"]
    assert follow(client, job) == "/maps/journey"
    assert client.get("/maps/journey/funnel").status_code == 200
    assert workspace.lake.head().of("opportunity").rows == 30
    again = client.post(brought, data=values | {"action": "import"}, follow_redirects=False).headers["location"]
    assert follow(client, again) == "/data"
    assert workspace.lake.head().of("opportunity").rows == 30


def test_what_is_wrong_with_a_mapping_is_told_above_it(client: TestClient, brought: str):
    values = Form(client.get(brought).text).values | {"t1.e1.when": "nothing_like_this = 1", "action": "check"}
    follow(client, client.post(brought, data=values, follow_redirects=False).headers["location"])
    page = client.get(brought + "?lang=en").text
    assert "nothing_like_this" in re.search(
        r'<p class="notice wrong message" role="alert">(.*?)</p>', page, re.S
    ).group(1)


def test_rows_that_cannot_be_used_are_counted_by_reason(client: TestClient):
    log = "会社名,イベント,日時\nA,seen,2026-01-01\nA,seen,いつか\n,seen,2026-01-02\n" + "B,seen,2026-01-03\n" * 20
    here = upload(client, log_csv=log.encode())
    values = Form(client.get(here).text).values
    follow(client, client.post(here, data=values | {"action": "check"}, follow_redirects=False).headers["location"])
    words = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", client.get(here + "?lang=en").text))
    assert "2 rows cannot be used as they are" in words
    assert "the time cannot be read 1" in words
    assert "no company, person or opportunity is named 1" in words


@pytest.mark.parametrize(
    ("name", "content", "status"),
    [("x.exe", b"MZ", 422), ("x.pdf", b"%PDF", 422), ("x.csv", b"", 422), ("x.xlsx", b"no", 422)],
)
def test_a_file_that_cannot_be_read_is_refused_and_not_kept(
    client: TestClient, workspace: Workspace, name, content, status
):
    answer = client.post("/start/upload", files=[("files", (name, content))])
    assert answer.status_code == status
    assert not workspace.folder.uploads.exists() or list(workspace.folder.uploads.iterdir()) == []


def test_no_file_is_told(client: TestClient):
    answer = client.post("/start/upload?lang=en", data={"nothing": "1"})
    assert answer.status_code == 422
    assert "no file was chosen" in answer.text


def test_an_upload_beyond_the_limit_is_refused(tmp_path):
    import tabiji

    with tabiji.init(tmp_path / "small", max_upload_mb=1) as workspace:
        client = client_of(workspace)
        answer = client.post("/start/upload", files=[("files", ("x.csv", b"a\n" * 600_000))])
        assert answer.status_code == 413


@pytest.mark.parametrize("batch", ["20260101-000000-abcdef", "..20260101", "mapping.yaml", "x"])
def test_a_batch_that_is_not_there_is_not_found(client: TestClient, batch: str):
    assert client.get(f"/start/mapping/{batch}").status_code == 404


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("商談.csv", "商談.csv"),
        ("../../etc/passwd.csv", "passwd.csv"),
        ("C:\\Users\\x\\deals.csv", "deals.csv"),
        ('a<b>:"c|?*.csv', "a_b___c___.csv"),
        ("か\u3099.csv", "が.csv"),
        ("...", "file"),
        ("x" * 300 + ".csv", "x" * 100 + ".csv"),
    ],
)
def test_names_of_files_are_made_safe(given: str, kept: str):
    assert safe_name(given) == kept


def test_two_files_of_one_name_are_both_kept(tmp_path):
    import io

    batch = Batch.create(tmp_path, Settings())
    batch.keep("a.csv", io.BytesIO(b"1"))
    batch.keep("a.csv", io.BytesIO(b"2"))
    assert [(f.name, f.read_bytes()) for f in batch.files] == [("a-2.csv", b"2"), ("a.csv", b"1")]


def test_what_stands_in_no_field_of_the_form_outlives_it():
    deals = Sample(
        "deal.csv", {"deal_id": ["1", "2"], "property_amount": ["10", "20"], "property_closedate": ["2024-01-01", None]}
    )
    pairs = Sample("deal_company.csv", {"deal_id": ["1", "2"], "company_id": ["A", "B"]})
    before = Choices("files", guess([deals, pairs]))
    form = {
        "source": "files",
        "t0.to": "opportunity",
        "t0.key": "deal_id",
        "t0.c1": "amount",
        "t0.c2": "closed_at",
        "t1.to": "",
    }
    after = read_form(form, [deals, pairs], before)
    assert [t.lookups for t in after.tables] == [t.lookups for t in before.tables] != [(), ()]
    assert [t.found for t in after.tables] == [t.found for t in before.tables]
    assert [t.notes for t in after.tables] == [t.notes for t in before.tables]


def test_what_is_looked_up_and_what_is_left_out_is_said(client: TestClient, workspace: Workspace):
    here = upload(
        client,
        deal_csv=b"deal_id,property_amount,property_createdate\n1,10,2024-01-01\n2,20,2024-01-02\n",
        pairs_csv=b"deal_id,company_id\n1,A\n2,B\n",
        products_csv=b"product,series,price\nGTX,G,5\n",
    )
    page = client.get(here + "?lang=en").text
    assert "Looked up in pairs.csv: company_id" in page
    assert "Left out, because its columns are looked up for deal.csv." in page
    assert "Left out, because it describes the settings of the system, and nothing that a customer did." in page
    folder = workspace.folder.uploads / here.rsplit("/", 1)[-1]
    before = YAML(typ="safe").load(folder / "mapping.yaml")
    client.post(here, data=Form(page).values)
    assert YAML(typ="safe").load(folder / "mapping.yaml") == before
    assert before["tables"][0]["columns"]["account"] == '"company_id"'
    assert [t["file"] for t in before["tables"]] == ["deal.csv"]
