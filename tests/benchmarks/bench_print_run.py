"""A run of many forms as it is ordered on a page: progress, stop, kill -9, memory of every process.

    PYTHONPATH=platform:. python tests/benchmarks/bench_print_run.py [--people 1000] [--manner files|booklet]

Makes a unit of so many people with seventy lines each in a folder of its own, orders everybody's annual form, and has a
worker of its own do the job. At a quarter the worker is killed with all its processes, at a half the job is stopped on
a page's behalf and resumed; the worker that goes on then ends it. Printed are the job's progress, what was printed
twice, seconds by the clock and of processor, the register's entries, the size of the file, and the most memory that
the worker and each of its printing processes held.
"""

import argparse
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from tests.benchmarks.processes import children, peak, seconds

LINES = 70
LEASE = "4"
PAUSE = 0.5


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--people", type=int, default=1000)
    parser.add_argument("--manner", choices=("files", "booklet"), default="files")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {
            "GONGGUO_DATA": folder,
            "GONGGUO_JOB_LEASE": LEASE,
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "DATABASE_URL": f"sqlite:///{folder}/gongguo.sqlite3",
        }
        import django

        django.setup()
        Run(ordered(arguments), Path(folder)).watch()


def say(text: str) -> None:
    """A line of the report, at once."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def ordered(arguments: argparse.Namespace) -> Any:
    """The job of the order."""
    from django.core.management import call_command

    from jobs.models import Job
    from reports.models import PrintOrder
    from reports.orders import order_print
    from reports.printing import Order
    from tests.large_unit import YEAR, large_unit

    call_command("migrate", verbosity=0)
    unit, _ = large_unit(100, arguments.people, arguments.people * LINES)
    # The unit comes with an order for pages to show; no worker is to take it up.
    Job.objects.update(state=Job.State.STOPPED)
    begun = time.perf_counter()
    order = order_print(unit, Order("annual", str(YEAR)), PrintOrder.Manner(arguments.manner), None)
    say(f"{arguments.people} forms ordered in {time.perf_counter() - begun:.1f} s")
    return order.job


class Run:
    """The job under way. What its processes hold and spend is read from /proc between two questions to the job."""

    def __init__(self, job: Any, folder: Path) -> None:
        self.job, self.folder = job, folder
        self.peaks: dict[int, tuple[str, float]] = {}
        self.spent: dict[int, float] = {}

    def watch(self) -> None:
        """Takes the job through kill, stop and end."""
        from jobs.orders import resume, stop

        begun = time.perf_counter()
        worker = self._worker()
        self._until(self.job.total // 4, worker)
        kept = self._printed()
        self._kill(worker)
        say(f"killed at {self.job.done} of {self.job.total}, {len(kept)} files are there")
        worker = self._worker()
        self._until(self.job.total // 2, worker)
        stop(self.job)
        asked = time.perf_counter()
        self._until_ended(worker)
        say(f"stopped {time.perf_counter() - asked:.1f} s after it was asked: {self._state()}")
        resume(self.job)
        self._until_ended(self._worker())
        again = sum(path.stat().st_mtime_ns != made for path, made in kept.items())
        say(
            f"ended after {time.perf_counter() - begun:.0f} s: {self._state()}; printed twice: {again} of {len(kept)}"
        )
        self._tell()

    def _worker(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [sys.executable, "manage.py", "run_worker", "--until-empty"], start_new_session=True
        )

    def _until(self, done: int, worker: subprocess.Popen[bytes]) -> None:
        while self.job.done < done and worker.poll() is None:
            self._look(worker)

    def _until_ended(self, worker: subprocess.Popen[bytes]) -> None:
        while worker.poll() is None:
            self._look(worker)
        self.job.refresh_from_db()

    def _look(self, worker: subprocess.Popen[bytes]) -> None:
        time.sleep(PAUSE)
        self.job.refresh_from_db()
        for number in (worker.pid, *children(worker.pid)):
            name = "worker" if number == worker.pid else "printing"
            self.peaks[number] = name, max(peak(number), self.peaks.get(number, ("", 0.0))[1])
            self.spent[number] = max(seconds(number), self.spent.get(number, 0.0))

    def _kill(self, worker: subprocess.Popen[bytes]) -> None:
        os.kill(worker.pid, signal.SIGKILL)
        worker.wait()
        # Until then the job is the dead worker's, and one that runs until there is nothing to do would end at once.
        time.sleep(float(LEASE) + 1)

    def _printed(self) -> dict[Path, int]:
        return {path: path.stat().st_mtime_ns for path in self.folder.glob("papers/*/*/*.pdf")}

    def _state(self) -> str:
        return f"{self.job.state}, {self.job.done} of {self.job.total}, begun {self.job.attempts} times"

    def _tell(self) -> None:
        from reports.models import IssuedPaper
        from reports.orders import file_of

        order = self.job.print_order
        file = file_of(order)
        assert file is not None
        for number, (name, most) in self.peaks.items():
            say(f"{name} {number}: {most:.0f} MB at most, {self.spent[number]:.0f} s of processor")
        say(f"{sum(self.spent.values()) / self.job.total:.2f} s of processor a form, of all processes")
        entered = IssuedPaper.objects.filter(order=order).count()
        say(f"{entered} in the register; {file.name}: {file.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
