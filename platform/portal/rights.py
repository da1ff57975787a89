"""The permissions that pages of a period ask for in its unit: what units/roles.py gives."""

DECIDE = "assessments.add_decision"
PUBLISH = "assessments.add_publication"
CLOSE = "ledger.add_periodclosing"
REOPEN = "ledger.change_periodclosing"
KEEP_ROSTER = "ledger.add_exclusion"
SEE_ROSTER = "ledger.view_exclusion"
