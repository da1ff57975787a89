"""A frozen edition stays as it is: what the models and the querysets of its records refuse.

The database holds the same by triggers (`rulesets.frozen_triggers`), for whatever goes past the models.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models

from units.history import HistoricQuerySet

if TYPE_CHECKING:
    from rulesets.models import Edition

DRAFT = "draft"


class EditionFrozen(ValidationError):
    """A record of a published or retired edition was to be changed."""

    def __init__(self, edition: str) -> None:
        super().__init__(f"“{edition}”已经发布，内容不能再改动。如需修改，请复制为新草稿，修改后另行发布。")


class EditionRecordQuerySet(HistoricQuerySet):
    """Rows that belong to an edition; none is written where the edition is frozen."""

    def update(self, **values: Any) -> int:
        self._refuse_frozen(self.values_list(self.model.edition_path, flat=True))
        return super().update(**values)

    def delete(self) -> tuple[int, dict[str, int]]:
        self._refuse_frozen(self.values_list(self.model.edition_path, flat=True))
        return super().delete()

    def bulk_create(self, objs: Iterable[Any], *args: Any, **options: Any) -> list[Any]:
        rows = list(objs)
        self._refuse_frozen({row.owning_edition.pk for row in rows})
        return super().bulk_create(rows, *args, **options)

    def bulk_update(self, objs: Iterable[Any], fields: Iterable[str], *args: Any, **options: Any) -> int:
        rows = list(objs)
        self._refuse_frozen({row.owning_edition.pk for row in rows})
        return super().bulk_update(rows, fields, *args, **options)

    def _refuse_frozen(self, editions: Iterable[int]) -> None:
        from rulesets.models import Edition

        frozen = Edition.objects.frozen().filter(pk__in=editions).first()
        if frozen is not None:
            raise EditionFrozen(str(frozen))


class EditionRecord(models.Model):
    """A row of an edition. `edition_path` leads from the row to its edition."""

    edition_path: ClassVar[str] = "edition"

    objects = EditionRecordQuerySet.as_manager()

    class Meta:
        abstract = True

    def save(self, *args: Any, **options: Any) -> None:
        self.owning_edition.refuse_when_frozen()
        super().save(*args, **options)

    def delete(self, *args: Any, **options: Any) -> tuple[int, dict[str, int]]:
        self.owning_edition.refuse_when_frozen()
        return super().delete(*args, **options)

    def clean(self) -> None:
        if self.is_owned:
            self.owning_edition.refuse_when_frozen()

    @property
    def is_owned(self) -> bool:
        """Whether it is said yet which edition, or which rule, the row belongs to: in a form it may not be."""
        owner = self.edition_path.split("__")[0]
        return getattr(self, f"{owner}_id") is not None

    @property
    def owning_edition(self) -> Edition:
        """The edition that the row belongs to."""
        owner: Any = self
        for step in self.edition_path.split("__"):
            owner = getattr(owner, step)
        return owner  # type: ignore[no-any-return]
