from ledger.imports.command import ImportCommand
from ledger.imports.events import import_events


class Command(ImportCommand):
    help = "从表格导入事项。"
    importer = staticmethod(import_events)
