"""A scenario's workbook: read by the manner of the importers, written as a template or to be changed.

It stands by itself: its people, events, ballots and figures are those of its sheets, whatever is on record.
"""
