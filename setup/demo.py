"""The main job, end to end, on the demo bureau: spreadsheets in, printed forms out, then the site.

Runs in the virtual environment after set-up. PORT and SERVE come from the environment. Everything is done by
the product's own commands; done twice, it changes nothing.
"""

import hashlib
import os
import shlex
import socket
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
DATA = Path(os.environ.get("GONGGUO_DATA") or ROOT / "var").expanduser().resolve()
DEMO = DATA / "demo"
FORMS = DEMO / "forms"
PASSWORDS = DEMO / "passwords"
RESULT = DEMO / "result.json"
SPREADSHEETS = ROOT / "fixtures" / "demo" / "bureau"
UNIT, PERIOD = "demo-bureau", "2025"


class DemoFailed(Exception):
    """The demo can't go on; the message says why, unless a command has said so already."""


def manage(title: str, *arguments: str | Path) -> None:
    """Runs one of the product's commands and shows it. Raises DemoFailed; the command has said why."""
    words = [str(word).removeprefix(f"{ROOT}/") for word in arguments]
    say(f"\n● {title}\n  $ .venv/bin/python manage.py {shlex.join(words)}")
    if subprocess.run([sys.executable, "manage.py", *map(str, arguments)], cwd=ROOT).returncode != 0:
        raise DemoFailed(f"演示停在这一步：{title}。原因见上。")


def say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def reckon() -> None:
    """The main job up to the results."""
    DEMO.mkdir(parents=True, exist_ok=True)
    pack = ROOT / "fixtures" / "schemes" / "bureau.yaml"
    manage("载入考核办法并发布", "load_scheme", pack, "--unit", UNIT, "--publish")
    manage("导入人员与任职", "import_people", UNIT, SPREADSHEETS / "people.xlsx")
    manage("建立演示账号", "demo_unit", UNIT, "--name", "示范局", "--passwords", PASSWORDS)
    manage("导入全年事项", "import_events", UNIT, SPREADSHEETS / "events.xlsx")
    manage("导入述职测评票", "import_ballots", UNIT, SPREADSHEETS / "ballots.xlsx")
    manage("导入学习指标", "import_metrics", UNIT, SPREADSHEETS / "metrics.xlsx")
    manage("核算年度结果", "assess", UNIT, PERIOD, "--json", RESULT)


def print_forms() -> None:
    """Prints everyone's annual form, unless the forms there are were printed from the same."""
    stamp, origin = FORMS / ".printed-from", origin_of_forms()
    if stamp.exists() and stamp.read_text("ascii") == origin:
        say("\n● 打印年度考核登记表\n  与上次打印时的结果相同，不再重印。")
        return
    manage("打印年度考核登记表", "print_reports", UNIT, PERIOD, "--form", "annual", "--out", FORMS)
    stamp.write_text(origin, "ascii")


def origin_of_forms() -> str:
    """A digest of all that stands on the forms: the result, the people, the form's own layout."""
    digest = hashlib.sha256()
    layout = (path for path in (ROOT / "reports").rglob("*") if path.suffix in {".py", ".html", ".css"})
    for path in (RESULT, *sorted(SPREADSHEETS.glob("*.xlsx")), *sorted(layout)):
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
    # Static files come straight from the rooms; the server only misses the folder for collected ones.
    (DATA / "static").mkdir(exist_ok=True)
    os.chdir(ROOT)
    os.execv(sys.executable, [sys.executable, *server])


def main() -> int:
    serves = os.environ.get("SERVE", "1") != "0"
    try:
        port = port_to_serve() if serves else 0
        reckon()
        print_forms()
    except DemoFailed as failed:
        sys.stderr.write(f"{failed}\n")
        return 1
    count = sum(1 for _ in FORMS.glob("*.pdf"))
    say(f"\n● 已有 {count} 份年度考核登记表：{FORMS}")
    say(f"  任何一分都可以查问，例如：.venv/bin/python manage.py explain {UNIT} {PERIOD} 1018")
    if serves:
        serve(port)
    return 0


if __name__ == "__main__":
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8")  # type: ignore[union-attr]  # whatever the locale is
    sys.exit(main())
