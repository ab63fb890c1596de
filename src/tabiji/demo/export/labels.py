"""What the values of the demo's export are called in English: labels for `tabiji.toml`."""

PREFECTURES = {
    "北海道": "Hokkaido", "宮城県": "Miyagi", "福島県": "Fukushima", "茨城県": "Ibaraki", "栃木県": "Tochigi", "埼玉県": "Saitama",
    "千葉県": "Chiba", "東京都": "Tokyo", "神奈川県": "Kanagawa", "新潟県": "Niigata", "石川県": "Ishikawa", "長野県": "Nagano",
    "静岡県": "Shizuoka", "愛知県": "Aichi", "京都府": "Kyoto", "大阪府": "Osaka", "兵庫県": "Hyogo", "岡山県": "Okayama",
    "広島県": "Hiroshima", "香川県": "Kagawa", "福岡県": "Fukuoka",
}  # fmt: skip
OFFERINGS = {"経費精算クラウド": "Expense service", "請求書クラウド": "Invoice service"}
PHASES = {
    "受注": "won", "失注": "lost", "連絡待ち": "waiting for an answer", "見積提示": "quote sent", "提案": "proposal",
}  # fmt: skip
TITLES = {
    "経理課長": "Head of accounting", "情報システム課長": "Head of IT", "情報セキュリティ担当": "Information security",
    "管理本部長": "Director of administration", "代表取締役社長": "President", "購買課主任": "Senior buyer",
    "経理担当": "Accountant", "総務担当": "General affairs officer", "営業課長": "Head of sales", "人事担当": "Personnel officer",
    "営業担当": "Sales representative", "製造課長": "Head of production", "業務担当": "Operations officer",
}  # fmt: skip
DEPARTMENTS = {
    "経理部": "Accounting", "情報システム部": "IT", "管理本部": "Administration", "経営": "Management", "購買部": "Purchasing",
    "総務部": "General affairs", "営業部": "Sales", "人事部": "Personnel", "製造部": "Production", "業務部": "Operations",
}  # fmt: skip
LABELS = {
    "region": PREFECTURES, "offering": OFFERINGS, "stage": PHASES, "title": TITLES, "department": DEPARTMENTS,
}  # fmt: skip


def labels_toml() -> str:
    """The tables `labels` of a file of settings."""
    out = ["", "# What values of the data are called on English pages."]
    for attribute, names in LABELS.items():
        out += [f"[labels.{attribute}]", *(f'"{value}" = {{en = "{name}"}}' for value, name in names.items()), ""]
    return "\n".join(out)
