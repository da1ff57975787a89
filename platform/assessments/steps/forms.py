"""The forms of the steps."""

from typing import Any

from django import forms

from rulesets.models import Edition
from rulesets.models.fields import NAME_LENGTH, NOTE_LENGTH


class WorkbookForm(forms.Form):
    """A scenario's workbook."""

    file = forms.FileField(label="用例表格", help_text="按模板填写的 .xlsx 文件；同名的用例被替换。")


class RecordForm(forms.Form):
    """A past period whose events become a scenario."""

    period = forms.ChoiceField(label="期间")
    name = forms.CharField(label="用例名称", max_length=NAME_LENGTH)
    in_detail = forms.BooleanField(label="连同构成部分、结果运用和每一条得分明细", required=False)

    def __init__(self, *args: Any, periods: list[tuple[str, str]], edition: Edition, **options: Any) -> None:
        super().__init__(*args, **options)
        self.edition = edition
        self.fields["period"].choices = periods  # type: ignore[attr-defined]

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"].strip()
        if self.edition.scenarios.filter(name=name).exists():
            raise forms.ValidationError("本版已有这个名称的用例，请换一个名称。")
        return name


class PublicationForm(forms.Form):
    """Under which document number the edition is published, and why as it is where warnings stand."""

    document_number = forms.CharField(
        label="文号", max_length=100, help_text="如“某局〔2025〕3号”；没有文号的，写明依据，如会议纪要。"
    )
    reason = forms.CharField(
        label="发布说明", max_length=NOTE_LENGTH, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args: Any, reason_required: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["reason"].required = reason_required
        if reason_required:
            self.fields["reason"].help_text = "仍有提醒，请写明为何照此发布。"


class ReviewForm(forms.Form):
    """The second person's word; the document number stands already."""

    reason = forms.CharField(
        label="复核意见",
        max_length=NOTE_LENGTH,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="不填的，以提交说明为发布说明。",
    )
