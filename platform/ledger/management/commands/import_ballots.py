from ledger.imports.ballots import import_ballots
from ledger.imports.command import ImportCommand


class Command(ImportCommand):
    help = "从表格导入测评票。"
    importer = staticmethod(import_ballots)
