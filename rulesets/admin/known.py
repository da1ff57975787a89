"""Records of the unit that a rule names by their codes: offered by name, a code of none of them is taken as well."""

from collections.abc import Mapping
from typing import Any

from django import forms

from rulesets.engine.frames import YEARS_BACK
from rulesets.engine.protocols import FamilyField
from rulesets.families.wording import before
from rulesets.models import Edition, Scheme
from rulesets.models.fields import NAME_LENGTH
from rulesets.names import called, names_of
from tabular import fold
from units.models import Unit
from units.reach import everywhere


def known_names(field: FamilyField, edition: Edition) -> dict[str, str]:
    """What the field may name in the edition's unit: code → name, two of one name told apart by their codes."""
    unit = edition.scheme.unit
    names = _schemes(unit, edition.scheme) if field.known == "schemes" else _reviews(field.code, edition)
    return {code: called(code, names) for code in names}


@everywhere("a scheme may build on the result of a unit above, whatever its account may see there")
def _schemes(unit: Unit, own: Scheme) -> dict[str, str]:
    """The unit's other schemes and, of those above it, whose results are sought there: the nearest of a code."""
    names = {YEARS_BACK[1]: f"本办法{before(1)}"}
    holder: Unit | None = unit
    while holder is not None:
        rows = Scheme.objects.of_unit(holder).exclude(code=own.code)
        if holder != unit:
            rows = rows.filter(editions__status=Edition.Status.PUBLISHED)
        for code, name in rows.values_list("code", "name"):
            names.setdefault(code, name if holder == unit else f"{holder.name}：{name}")
        holder = holder.parent
    return names


def _reviews(param: str, edition: Edition) -> dict[str, str]:
    """The parts or rounds of reviews: those of the edition, then those of the unit's other schemes."""
    reviews = edition.rules.filter(family="review").values_list("name", "params")
    own: dict[str, str] = {}
    for name, params in reviews:
        if param in params:
            own.setdefault(params[param], name)
    names = names_of(edition.scheme.unit_id)
    return {**(names.parts if param == "part" else names.rounds), **own}


class KnownInput(forms.TextInput):
    """A text with a list of what it may be."""

    template_name = "rulesets/known_input.html"

    def __init__(self, offered: list[str]) -> None:
        super().__init__({"autocomplete": "off"})
        self.offered = offered

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(name, value, attrs)
        own = context["widget"]
        own["offered"] = self.offered
        own["attrs"]["list"] = f"{own['attrs'].get('id', name)}_offered"
        return context


class KnownField(forms.CharField):
    """Shows the name of what is stored by its code, and takes names and codes."""

    def __init__(self, names: Mapping[str, str], **options: Any) -> None:
        widget = KnownInput(list(names.values()))
        super().__init__(max_length=NAME_LENGTH, widget=widget, **options)
        self.names = names
        self.codes = {fold(name): code for code, name in names.items()}

    def prepare_value(self, value: Any) -> Any:
        return self.names.get(value, value)

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        return text if text in self.names else self.codes.get(fold(text or ""), text)
