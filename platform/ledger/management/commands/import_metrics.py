from ledger.imports.command import ImportCommand
from ledger.imports.metrics import import_metrics


class Command(ImportCommand):
    help = "从表格导入指标数据。"
    importer = staticmethod(import_metrics)
