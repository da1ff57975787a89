"""Jobs in the admin: for the system's administrators, to see what hangs, to stop it or let it go on.

A unit's own people meet their jobs on the pages of what they ordered.
"""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from jobs.models import Job
from jobs.orders import resume, stop
from jobs.registry import title_of


@admin.register(Job)
class JobAdmin(admin.ModelAdmin):
    list_display = ["title", "key", "state", "progress", "made_at", "ended_at", "attempts"]
    list_filter = ["state", "kind"]
    search_fields = ["key"]
    date_hierarchy = "made_at"
    actions = ["stop_chosen", "resume_chosen"]
    readonly_fields = (
        "title", "key", "state", "progress", "error", "attempts", "made_at", "started_at", "heartbeat_at",
        "lease", "lease_until", "ended_at",
    )  # fmt: skip
    fields = readonly_fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[Job]:
        """None for whoever may not see them: a page that is refused would tell of a job that it is there."""
        jobs = super().get_queryset(request)
        return jobs if self._is_allowed(request) else jobs.none()

    @admin.display(description="任务", ordering="kind")
    def title(self, job: Job) -> str:
        return title_of(job.kind)

    @admin.display(description="进度")
    def progress(self, job: Job) -> str:
        return f"{job.done}/{job.total}" if job.total else "—"

    def _is_allowed(self, request: HttpRequest) -> bool:
        return bool(request.user.is_active and request.user.is_superuser)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self._is_allowed(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._is_allowed(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.action(description="停止所选的任务", permissions=["view"])
    def stop_chosen(self, request: HttpRequest, jobs: QuerySet[Job]) -> None:
        for job in jobs:
            stop(job)

    @admin.action(description="继续所选的任务", permissions=["view"])
    def resume_chosen(self, request: HttpRequest, jobs: QuerySet[Job]) -> None:
        for job in jobs:
            resume(job)
