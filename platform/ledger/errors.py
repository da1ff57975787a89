"""What the ledger refuses, a class each."""

from jobs.refusal import Refusal


class LedgerFixed(Refusal):
    """Someone tried to change or delete what is on record."""

    def __init__(self, name: str) -> None:
        super().__init__(f"{name}已登记在案，不能更改或删除；如需更正，请重新登记，原记录会保留。")


class FileMissing(Refusal):
    """A file that was named is not there, or can't be read."""

    def __init__(self, path: str) -> None:
        super().__init__(f"文件“{path}”不存在或无法读取；请核对路径。")


class NoVocabulary(Refusal):
    """Events, ballots or figures came in before any scheme says which there are."""

    def __init__(self, unit: str) -> None:
        super().__init__(f"单位“{unit}”还没有考核办法；请先导入或编写考核办法，再导入数据。")


class ChainBroken(Refusal):
    """A unit's hash chain doesn't fit together."""

    def __init__(self, link: str) -> None:
        super().__init__(f"台账核验不符：{link}请停止使用该台账，并与备份核对。")


class WithdrawalRefused(Refusal):
    """An event can't be withdrawn."""


class RosterRefused(Refusal):
    """Someone can't be taken out of a period's roster, or back into it."""


class UndoRefused(Refusal):
    """An import can't be undone."""


class ClosingRefused(Refusal):
    """A period can't be closed or reopened."""


class PendingAltered(Refusal):
    """A file that waited for its confirmation is gone, or is not the one that was shown."""

    def __init__(self, filename: str) -> None:
        super().__init__(
            f"等待确认的文件“{filename}”已不在，或内容被改动过，没有导入；请重新选择文件并预览。"
        )


class DoubtsUnconfirmed(Refusal):
    """What looks like a slip of the pen was not confirmed by itself."""

    def __init__(self) -> None:
        super().__init__("还没有导入：请核对列出的日期，确实无误的，勾选“以上日期确实无误”后再确认导入。")


class PreviewOutdated(Refusal):
    """What a file would change is no longer what its preview showed."""

    def __init__(self) -> None:
        super().__init__(
            "预览之后又有别的导入或更改，结果已与预览不同，因此没有导入；以下是新的预览，请核对后再确认。"
        )
