#!/usr/bin/env python
"""Entry of every command. `platform/` is a source root, not a package: `platform` is a standard module."""

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.core.management import BaseCommand

ROOT = Path(__file__).resolve().parent


def main() -> None:
    sys.path.insert(0, str(ROOT / "platform"))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    from django.core.management import ManagementUtility, get_commands

    from units.reach import everywhere

    class Utility(ManagementUtility):
        """Django's own, but for an unknown command: wrong usage ends with 2, and is said in Chinese."""

        def fetch_command(self, subcommand: str) -> "BaseCommand":
            if subcommand not in get_commands():
                sys.stderr.write(f"没有名为“{subcommand}”的命令，全部命令见：{self.prog_name} help\n")
                sys.exit(2)
            return super().fetch_command(subcommand)

    # Of a server's requests each runs in a thread of its own, or says itself what is within its reach.
    with everywhere(
        "whoever runs commands on the machine is its operator; so does the worker's queue belong to all"
    ):
        Utility(sys.argv).execute()


if __name__ == "__main__":
    main()
