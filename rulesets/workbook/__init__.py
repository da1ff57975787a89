"""A scheme as an xlsx workbook: one sheet a kind of record, equal to a pack down to the digest.

Sheets and columns derive from the shape of records and from what the families declare: a new family or key
needs no change here.
"""

from rulesets.workbook.reading import scheme_from_workbook
from rulesets.workbook.writing import workbook_of

__all__ = ["scheme_from_workbook", "workbook_of"]
