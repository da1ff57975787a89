"""Choices that are found by typing, told apart where two bear one name."""

from typing import Any

from django.contrib.admin.views.autocomplete import AutocompleteJsonView


class NamedChoices(AutocompleteJsonView):
    """Django's, with the label that the model's page gives (`choice_label`) where it has one."""

    def serialize_result(self, obj: Any, to_field_name: str) -> dict[str, str]:
        label = getattr(self.model_admin, "choice_label", str)
        return super().serialize_result(obj, to_field_name) | {"text": label(obj)}
