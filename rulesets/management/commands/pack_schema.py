"""`pack_schema`: prints the JSON Schema of packs."""

import json
from typing import Any

from django.core.management.base import BaseCommand

from rulesets.families import REGISTRY
from rulesets.schema import pack_schema


class Command(BaseCommand):
    help = "输出考核办法文件的 JSON Schema"
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(json.dumps(pack_schema(REGISTRY), ensure_ascii=False, indent=1))
