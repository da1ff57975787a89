"""`demo_unit UNIT`: names a demo unit and, where asked, gives it accounts to look around with."""

import os
import secrets
from argparse import ArgumentParser
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jobs.command import ProductCommand
from jobs.refusal import Refusal
from units.models import Account, Membership, Person, Unit

Role = Membership.Role


class DemoUnitMissing(Refusal):
    """The demo unit or a person of it is not there yet."""


@dataclass(frozen=True)
class DemoAccount:
    """An account of the demo. person: the number of the person whose own lines it may see."""

    username: str
    title: str
    roles: tuple[Role, ...] = ()
    person: str = ""
    is_superuser: bool = False


ACCOUNTS = (
    DemoAccount("admin", "系统管理员", is_superuser=True),
    DemoAccount("manager", "办法管理员", (Role.SCHEME_ADMIN,), person="1003"),
    DemoAccount("clerk", "登记员", (Role.RECORDER,), person="1005"),
    DemoAccount("committee", "考核委员会成员", (Role.COMMITTEE,), person="1002"),
    DemoAccount("leader", "单位领导", (Role.LEADER,), person="1001"),
    DemoAccount("auditor", "审计员", (Role.AUDITOR,)),
    DemoAccount("cadre", "干部职工", (Role.STAFF,), person="1018"),
)


class Command(ProductCommand):
    help = "为示范单位命名，并按要求建立演示账号；已有的账号不改动"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("unit", metavar="UNIT", help="单位编码")
        parser.add_argument("--name", required=True, help="单位名称")
        parser.add_argument("--passwords", type=Path, metavar="FILE", help="建立演示账号，密码保存到这个文件")

    def work(self, **options: Any) -> None:
        unit = Unit.objects.filter(code=options["unit"]).first()
        if unit is None:
            raise DemoUnitMissing(f"没有编码为“{options['unit']}”的单位，请先运行 load_scheme。")
        if unit.name != options["name"]:
            unit.name = options["name"]
            unit.save(update_fields=["name"])
        if options["passwords"]:
            self._make_accounts(unit, options["passwords"])

    def _make_accounts(self, unit: Unit, file: Path) -> None:
        known = read_passwords(file)
        made = {wanted.username: make_account(wanted, unit) for wanted in ACCOUNTS}
        new = {username: password for username, password in made.items() if password}
        if new:
            write_passwords(file, known | new)
        names = "、".join(f"{wanted.username}（{wanted.title}）" for wanted in ACCOUNTS)
        self.stdout.write(f"演示账号：{names}")
        self.stdout.write(f"密码保存在 {file}")
        for wanted in ACCOUNTS:
            if wanted.username not in known | new:
                self.stdout.write(f"账号 {wanted.username} 是本机原有的，密码没有改动。")


def make_account(wanted: DemoAccount, unit: Unit) -> str | None:
    """Makes the account unless there is one of that name. Returns its random password, None where it was there.

    Raises DemoUnitMissing where its person is not on record.
    """
    if Account.objects.filter(username=wanted.username).exists():
        return None
    person = Person.objects.filter(unit=unit, no=wanted.person).first()
    if wanted.person and person is None:
        raise DemoUnitMissing(f"单位“{unit}”没有工号为“{wanted.person}”的人员，请先运行 import_people。")
    password = f"{secrets.token_urlsafe(12)}-7Kx"
    account = Account.objects.create_user(
        wanted.username,
        password=password,
        person=person,
        unit=None if wanted.is_superuser else unit,
        is_superuser=wanted.is_superuser,
    )
    Membership.objects.bulk_create(Membership(account=account, unit=unit, role=role) for role in wanted.roles)
    return password


def read_passwords(file: Path) -> dict[str, str]:
    """User name → password as an earlier run noted them; nothing where there is no file."""
    if not file.exists():
        return {}
    return dict(line.split(maxsplit=1) for line in file.read_text("ascii").splitlines())


def write_passwords(file: Path, passwords: dict[str, str]) -> None:
    """Notes the passwords where only this user can read them."""
    file.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as opened:
        opened.writelines(f"{username} {password}\n" for username, password in passwords.items())
