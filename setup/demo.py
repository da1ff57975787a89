"""The main job, end to end, on five demo units: spreadsheets in, printed forms out, then the site.

Runs in the virtual environment after set-up. PORT and SERVE come from the environment. Everything is done by
the product's own commands; done twice, it changes nothing.
"""

import hashlib
import os
import shlex
import socket
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
DATA = Path(os.environ.get("GONGGUO_DATA") or ROOT / "var").expanduser().resolve()
DEMO = DATA / "demo"
FORMS = DEMO / "forms"
PASSWORDS = DEMO / "passwords"
SPREADSHEETS = ROOT / "fixtures" / "demo"
PERIOD = "2025"
FILES = {
    "events": "导入全年事项",
    "ballots": "导入测评票",
    "metrics": "导入指标",
}


@dataclass(frozen=True)
class DemoUnit:
    """A unit with the scheme of the same name as its folder of spreadsheets."""

    scheme: str
    name: str

    @property
    def code(self) -> str:
        return f"demo-{self.scheme}"

    @property
    def spreadsheets(self) -> Path:
        return SPREADSHEETS / self.scheme

    @property
    def result(self) -> Path:
        return DEMO / f"{self.code}.json"


BUREAU = DemoUnit("bureau", "示范局")
UNITS = (
    BUREAU,
    DemoUnit("district", "示范区"),
    DemoUnit("township", "示范乡"),
    DemoUnit("street", "示范街道"),
    DemoUnit("community", "示范社区"),
)


class DemoFailed(Exception):
    """The demo can't go on; the message says why, unless a command has said so already."""


def manage(title: str, *arguments: str | Path) -> None:
    """Shows one of the product's commands and runs it. Raises DemoFailed; the command has said why.

    In this process: starting Python and Django anew for each of forty commands takes longer than their work.
    """
    from django.core.management import execute_from_command_line

    from units.reach import everywhere  # type: ignore[import-not-found]

    words = [str(word).removeprefix(f"{ROOT}/") for word in arguments]
    say(f"\n● {title}\n  $ .venv/bin/python manage.py {shlex.join(words)}")
    try:
        with everywhere("as manage.py, whose commands these are"):
            execute_from_command_line(["manage.py", *map(str, arguments)])
    except SystemExit as ended:
        if ended.code:
            raise DemoFailed(f"演示停在这一步：{title}。原因见上。") from ended


def say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def reckon(unit: DemoUnit) -> None:
    """The main job up to a unit's results. The demo's accounts are of the bureau."""
    DEMO.mkdir(parents=True, exist_ok=True)
    code = unit.code
    pack = ROOT / "fixtures" / "schemes" / f"{unit.scheme}.yaml"
    say(f"\n■ {unit.name}")
    manage("载入考核办法并发布", "load_scheme", pack, "--unit", code, "--publish")
    manage("导入人员与任职", "import_people", code, unit.spreadsheets / "people.xlsx")
    if unit is BUREAU:
        manage("命名并建立演示账号", "demo_unit", code, "--name", unit.name, "--passwords", PASSWORDS)
    else:
        manage("命名", "demo_unit", code, "--name", unit.name)
    for name, title in FILES.items():
        file = unit.spreadsheets / f"{name}.xlsx"
        if file.exists():
            manage(title, f"import_{name}", code, file)
    manage("核算年度结果", "assess", code, PERIOD, "--json", unit.result)


def print_forms() -> None:
    """Prints the annual form of everyone at the bureau, unless the forms there are were printed from the same."""
    stamp, origin = FORMS / ".printed-from", origin_of_forms()
    if stamp.exists() and stamp.read_text("ascii") == origin:
        say("\n● 打印年度考核登记表\n  与上次打印时的结果相同，不再重印。")
        return
    manage("打印年度考核登记表", "print_reports", BUREAU.code, PERIOD, "--form", "annual", "--out", FORMS)
    stamp.write_text(origin, "ascii")


def origin_of_forms() -> str:
    """A digest of all that stands on the forms: the result, the people, the form's own layout."""
    digest = hashlib.sha256()
    layout = (path for path in (ROOT / "reports").rglob("*") if path.suffix in {".py", ".html", ".css"})
    for path in (BUREAU.result, *sorted(BUREAU.spreadsheets.glob("*.xlsx")), *sorted(layout)):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def port_to_serve() -> int:
    """The free port that PORT names. Raises DemoFailed."""
    text = os.environ.get("PORT", "8000")
    if not text.isdecimal() or not 1 <= int(text) <= 65535:
        raise DemoFailed(f"PORT={text} 不是端口号，请写 1 到 65535 之间的数。")
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", int(text)))
        except OSError as error:
            raise DemoFailed(
                f"端口 {text} 不能使用，请换一个，如 make demo PORT=8001。（{error.strerror}）"
            ) from error
    return int(text)


def serve(port: int) -> None:
    """Becomes the server, on loopback alone: the demo's accounts are shown on this terminal."""
    say(f"\n● 网站地址：http://127.0.0.1:{port}/    按 Ctrl+C 停止。演示账号与密码：")
    say("".join(f"  {line}\n" for line in PASSWORDS.read_text("ascii").splitlines()))
    server = ["-m", "gunicorn", "config.wsgi", "--pythonpath", "platform,.", "--workers", "2"]
    server += ["--bind", f"127.0.0.1:{port}", "--log-level", "warning"]
    # Who looks at a demo may be editing it.
    os.environ.setdefault("GONGGUO_FRESH_STATIC", "1")
    os.chdir(ROOT)
    # It ends when the server does, which becomes its parent.
    subprocess.Popen([sys.executable, "manage.py", "run_worker", "--with-parent"])
    os.execv(sys.executable, [sys.executable, *server])


def main() -> int:
    serves = os.environ.get("SERVE", "1") != "0"
    sys.path[:0] = [str(ROOT / "platform"), str(ROOT)]
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    try:
        port = port_to_serve() if serves else 0
        for unit in UNITS:
            reckon(unit)
        print_forms()
    except DemoFailed as failed:
        sys.stderr.write(f"{failed}\n")
        return 1
    count = sum(1 for _ in FORMS.glob("*.pdf"))
    say(f"\n● 已有 {count} 份年度考核登记表：{FORMS}")
    say(f"  任何一分都可以查问，例如：.venv/bin/python manage.py explain {BUREAU.code} {PERIOD} 1018")
    if serves:
        serve(port)
    return 0


if __name__ == "__main__":
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8")  # type: ignore[union-attr]  # whatever the locale is
    sys.exit(main())
