from ledger.imports.command import ImportCommand
from ledger.imports.exclusions import import_exclusions


class Command(ImportCommand):
    help = "从表格导入考核对象名册的调整。"
    importer = staticmethod(import_exclusions)
