"""What the canonical tables and columns are called in a form."""

from tabiji.i18n import N_

TABLE_LABELS = {
    "account": N_("Companies"),
    "person": N_("People"),
    "opportunity": N_("Opportunities"),
    "event": N_("Events"),
    "membership": N_("Buying-group roles"),
    "cost": N_("Costs"),
    "survey": N_("Survey answers"),
}
FIELD_LABELS = {
    "account": N_("Company"), "account.name": N_("Name"), "domain": N_("Web domain"),
    "corporate_number": N_("Corporate number"), "industry": N_("Industry"), "employees": N_("Employees"),
    "annual_revenue": N_("Annual revenue"), "currency": N_("Currency"), "country": N_("Country"), "region": N_("Region"),
    "parent": N_("Parent company"), "person": N_("Person"), "person.name": N_("Name"), "email": N_("E-mail"),
    "title": N_("Job title"), "department": N_("Department"), "phone": N_("Telephone"), "opportunity": N_("Opportunity"),
    "role": N_("Role"), "valid_from": N_("Valid from"), "valid_to": N_("Valid until"), "offering": N_("Offering"),
    "owner": N_("Salesperson"), "amount": N_("Amount"), "stage": N_("Sales stage"), "opened_at": N_("Opened on"),
    "closed_at": N_("Closed on"), "at": N_("Time"), "event.name": N_("Event name"), "channel": N_("Channel"),
    "source": N_("Source"), "campaign": N_("Campaign"), "content": N_("Content (page, document, seminar)"),
    "value": N_("Value"), "on": N_("Day"), "kind": N_("Kind of survey"), "score": N_("Score"),
    "scale_max": N_("Highest score"), "comment": N_("Comment"), "touchpoint": N_("Touchpoint"),
}  # fmt: skip
REASONS = {
    "unreadable_time": N_("the time cannot be read"),
    "missing_key": N_("the key is empty"),
    "no_subject": N_("no company, person or opportunity is named"),
    "bad_value": N_("a value cannot be read"),
    "duplicate_key": N_("the key stands on another row too"),
}


def field_label(table: str, name: str) -> str:
    """The label (to be translated) of a canonical column."""
    return FIELD_LABELS.get(f"{table}.{name}") or FIELD_LABELS.get(name, name)
