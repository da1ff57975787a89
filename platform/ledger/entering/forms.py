"""The form of one event: what it has once, and a part for each subject and item.

The fields take what cells of the events file take; the importer judges them, so that a page and a file say the same.
"""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.forms.formsets import BaseFormSet, formset_factory

from rulesets.vocabulary import AttributeWords, Vocabulary

ATTRIBUTE = "attribute_"
YES_OR_NO = [("", "—"), ("是", "是"), ("否", "否")]
LONGEST = 500


def listed(name: str, **more: str) -> forms.TextInput:
    """An input that offers the words of a list of the page."""
    return forms.TextInput(attrs={"list": f"words-{name}", "autocomplete": "off", **more})


class EventForm(forms.Form):
    """What an event has once."""

    event_no = forms.CharField(
        label="事件号", max_length=64, help_text="一件事一个号，可以改成本单位自己的编号。"
    )
    date = forms.CharField(label="日期", widget=forms.DateInput(attrs={"type": "date"}))
    # Shown once the day looks like a slip of the pen.
    is_right = forms.BooleanField(label="日期确实无误", required=False)
    matter = forms.CharField(
        label="同一事项",
        max_length=255,
        required=False,
        help_text="同一件事有几次记录而只计一次的，填同样的文字；一般留空。",
    )
    evidence = forms.CharField(label="依据", max_length=LONGEST, required=False, help_text="文号、通报等。")


class PartForm(forms.Form):
    """One subject's part under one item; left wholly empty it says nothing."""

    subject = forms.CharField(
        label="对象", required=False, widget=listed("subject"), help_text="输入工号或姓名，从列表里选。"
    )
    item = forms.CharField(
        label="计分项", required=False, widget=listed("item"), help_text="输入编码或名称，从列表里选。"
    )
    role = forms.CharField(label="角色", required=False, widget=listed("role"))
    level = forms.CharField(label="级别", required=False, widget=listed("level"))
    quantity = forms.CharField(
        label="数量", required=False, widget=forms.TextInput(attrs={"inputmode": "decimal"})
    )
    rank = forms.CharField(
        label="名次", required=False, widget=forms.TextInput(attrs={"inputmode": "numeric"})
    )
    out_of = forms.CharField(
        label="总数", required=False, widget=forms.TextInput(attrs={"inputmode": "numeric"})
    )
    remark = forms.CharField(label="说明", required=False, max_length=LONGEST)

    def __init__(self, *args: Any, words: Vocabulary, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for attribute in words.attributes.values():
            self.fields[f"{ATTRIBUTE}{attribute.code}"] = _attribute_field(attribute)
        self.fields["remark"] = self.fields.pop("remark")

    @property
    def is_filled(self) -> bool:
        return any(self.cleaned_data.values())


def _attribute_field(attribute: AttributeWords) -> forms.Field:
    if attribute.type == "boolean":
        return forms.ChoiceField(label=attribute.name, choices=YES_OR_NO, required=False)
    widgets: Mapping[str, forms.Widget] = {
        "choice": listed(f"{ATTRIBUTE}{attribute.code}"),
        "date": forms.DateInput(attrs={"type": "date"}),
        "number": forms.TextInput(attrs={"inputmode": "decimal"}),
    }
    return forms.CharField(label=attribute.name, required=False, widget=widgets[attribute.type])


PartFormSet: type[BaseFormSet] = formset_factory(PartForm, extra=0, max_num=200, absolute_max=200)
