from ledger.imports.command import ImportCommand
from ledger.imports.people import import_people


class Command(ImportCommand):
    help = "从表格导入人员、部门和任职。"
    importer = staticmethod(import_people)
