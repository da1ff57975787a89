"""Spreadsheets in and out: finding headers, cleaning cells, faults by row and column.

Knows no domain and no Django. What other rooms use stands here.
"""

from tabular.cells import CellRefused, Value, fold
from tabular.columns import Column, Kind
from tabular.faults import Fault, FaultList, TableRefused
from tabular.reading import Row, Table, read_table, read_workbook
from tabular.writing import Sheet, cells_of, write_csv, write_workbook

__all__ = [
    "CellRefused",
    "Column",
    "Fault",
    "FaultList",
    "Kind",
    "Row",
    "Sheet",
    "Table",
    "TableRefused",
    "Value",
    "cells_of",
    "fold",
    "read_table",
    "read_workbook",
    "write_csv",
    "write_workbook",
]
