"""What the bench of printing prints: annual forms of four pages, each of another person with seventy lines."""

import datetime
import json
import random
from typing import Any

from reports.forms.annual import AnnualForm, annual_form, annual_papers
from reports.paper import Enclosure, Paper
from reports.seals import Seal, code_of, qr_code, sealed
from tests.reports.papers import line, result, source

LINES = 70
FAMILY = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕"
GIVEN = "伟芳娜秀英敏静丽强磊军洋勇艳杰娟涛明超兰霞平刚桂文辉玲建国志华红梅春生海燕晓东雪峰子涵浩然思远嘉怡"
ITEMS = (
    "获表彰和荣誉", "未参加集体活动", "报表、月小结、月计划未按时按要求上报或未报", "承办全市性会议",
    "信息被省级刊物采用", "调研报告获领导批示", "迟到早退", "值班脱岗", "群众来信来访处理不及时",
    "参加业务技能竞赛获奖", "完成急难险重任务", "学习心得未按时提交", "工作差错造成不良影响", "提出合理化建议被采纳",
    "公文处理超过时限", "牵头完成专项整治", "培训考试成绩优秀", "未按规定请销假",
)  # fmt: skip
ADDRESS = "https://kaohe.example.gov.cn/verify/"


def subject_of(number: int) -> dict[str, Any]:
    """The changes that make the subject with this number; the same number gives the same subject."""
    chance = random.Random(number)
    name = chance.choice(FAMILY) + "".join(chance.sample(GIVEN, chance.choice((1, 2))))
    lines = []
    for place in range(LINES):
        day = datetime.date(2025, 1, 1) + datetime.timedelta(days=place * 5)
        points = chance.choice(("5", "3", "1", "0.5", "-1", "-2"))
        cut = chance.random() < 0.2
        lines.append(
            line(
                number * LINES + place,
                date=day.isoformat(),
                name=chance.choice(ITEMS),
                raw=points,
                points="0" if cut else points,
                reasons=["ceiling:bonus"] if cut else [],
            )
        )
    return {"no": f"{1001 + number}", "name": name, "rank": number + 1, "lines": lines}


def code_of_number(number: int) -> str:
    return code_of("bench", str(number))


def inside(number: int) -> bytes:
    """The data of the form."""
    return json.dumps(subject_of(number), ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def plain_paper(number: int) -> Paper:
    """The form without seal and enclosure."""
    made = source(result(**subject_of(number)))
    [paper] = annual_papers(made, made.subjects)
    return paper


def paper(number: int, *, seal: bool = True, enclosure: bool = True) -> Paper:
    """The form as it is issued, or without one of its trusts."""
    bare = plain_paper(number)
    made_at = datetime.datetime(2026, 1, 5, tzinfo=datetime.UTC)
    data = Enclosure(f"{1001 + number}.json", inside(number), "本表所载的考核结果（数据）", made_at)
    if not seal:
        return Paper(bare.stem, bare.html, bare.styles, (data,) if enclosure else ())
    code = code_of_number(number)
    return sealed(bare, Seal(code, "某局　2025年", f"{ADDRESS}{code}/"), data if enclosure else None)


def view(number: int) -> AnnualForm:
    """What the form shows, for another typesetter."""
    made = source(result(**subject_of(number)))
    return annual_form(made, made.subjects[0])


def square(number: int) -> str:
    """The QR code of the form as an SVG."""
    svg = qr_code(f"{ADDRESS}{code_of_number(number)}/")
    return svg.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1)
