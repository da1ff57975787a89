"""The printed editions of the annual form: for civil servants, public institutions, communities, departments.

They differ in what fields and opinions are called, and in the names of bands; the layout is one.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from reports.forms.source import Source, Subject
from rulesets.wordings import ANNUAL_FORMS


@dataclass(frozen=True, slots=True)
class AnnualEdition:
    """How one edition of the form calls things. `own_bands`: the names of bands elsewhere → on this form."""

    title: str
    post_label: str = "单位及职务职级"
    since_label: str = "任现职时间"
    work_label: str = "从事或分管工作"
    summary: str = "本人总结"
    leader: str = "主管领导评语和考核等次建议"
    committee: str = "机关负责人或考核委员会意见"
    person: str = "本人意见"
    remark: str = "备注"
    own_bands: Mapping[str, str] = field(default_factory=dict)

    def band(self, name: str) -> str:
        """A band's name as this form has it; of 称职（合格） the one that is its own."""
        both = re.fullmatch(r"(.+?)（(.+)）", name)
        if both and self.own_bands:
            names = [self.own_bands.get(half, half) for half in both.groups()]
            return names[0] if names[0] == names[1] else name
        return self.own_bands.get(name, name)


CIVIL_BANDS = {"合格": "称职", "基本合格": "基本称职", "不合格": "不称职"}
INSTITUTION_BANDS = {civil: institution for institution, civil in CIVIL_BANDS.items()}
EDITIONS: Mapping[str, AnnualEdition] = {
    "general": AnnualEdition("年度考核登记表"),
    "civil": AnnualEdition(
        "公务员年度考核登记表",
        remark="未确定等次或不参加考核情况说明",
        summary="个人总结",
        own_bands=CIVIL_BANDS,
    ),
    "institution": AnnualEdition(
        "事业单位工作人员年度考核登记表",
        post_label="单位及岗位",
        since_label="任现岗时间",
        summary="个人总结",
        committee="单位或考核委员会意见",
        remark="未确定档次、复核或申诉情况说明",
        own_bands=INSTITUTION_BANDS,
    ),
    "community": AnnualEdition(
        "社区（街道）工作人员年度考核登记表",
        post_label="所在社区（街道）及职务",
        since_label="任职时间",
        work_label="负责工作",
        leader="社区（街道）党组织评语和考核等次建议",
        committee="街道（乡镇）考核意见",
    ),
    "department": AnnualEdition(
        "部门年度考核登记表",
        summary="部门工作总结",
        leader="分管领导评语和考核等次建议",
        committee="单位或考核委员会意见",
        person="部门负责人意见",
    ),
}


def edition_for(source: Source, subject: Subject) -> AnnualEdition:
    """The edition of the form that the scheme's wording chooses for a subject, by its group, in the unit's words."""
    if source.of_departments:
        code = "department"
    else:
        by_group = source.table("annual_form_by_group")
        named = by_group.get(subject["group_name"] or "") or by_group.get(subject["group"] or "")
        code = ANNUAL_FORMS[named or source.text("annual_form")]
    own = {
        key: text
        for key in ("leader", "committee", "person")
        if (text := source.text(f"annual_{key}", [subject]))
    }
    return replace(EDITIONS[code], **own)  # type: ignore[arg-type]
