"""Who sees which results. Another unit's results are not found rather than forbidden: nothing is given away."""

from collections.abc import Callable
from dataclasses import dataclass

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from assessments.models import Run
from rulesets.models import Edition
from units.access import units_of
from units.models import Account, Colleagues, Unit
from units.rights import rights_of

# What units/roles.py gives; who has none of them sees the own result alone.
SEES_ALL = "assessments.view_result"
DOWNLOADS = "assessments.download_result"
ASSESSES = "assessments.add_run"
PRINTS = "reports.add_printorder"


def private_page(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A page for those who are signed in, which no browser keeps: after signing out nobody leafs back to it."""
    return login_required(require_safe(never_cache(view)))


def account_of(request: HttpRequest) -> Account:
    """The account that is signed in; on a private page there always is one."""
    account = request.user
    assert isinstance(account, Account)
    return account


@dataclass(frozen=True, slots=True)
class Sight:
    """What an account sees of a unit.

    own_no: the number of the account's person in the unit, None where it has none there.
    """

    unit: Unit
    sees_all: bool
    downloads: bool
    assesses: bool
    prints: bool
    own_no: str | None

    def require_all(self) -> None:
        """Raises Http404 unless the account sees all of the unit's results."""
        if not self.sees_all:
            raise Http404

    def require_download(self) -> None:
        """Raises Http404 unless the account may take away the whole result."""
        if not self.downloads:
            raise Http404

    def require_assessing(self) -> None:
        """Raises Http404 unless the account may order a reckoning."""
        if not self.assesses:
            raise Http404

    def require_printing(self) -> None:
        """Raises Http404 unless the account may have papers printed, which enters them into the register."""
        if not self.prints:
            raise Http404

    def require_own(self, no: str, is_person: bool) -> None:
        """Raises Http404 unless the account sees all or this is its own person: for papers, which are registered.

        A department may bear the number of a person.
        """
        if not self.sees_all and not (is_person and no == self.own_no):
            raise Http404

    def require_subject(self, no: str, run: Run) -> None:
        """Raises Http404 unless the account sees this subject of the run."""
        seen = self.seen_of(run)
        if seen is not None and no not in seen:
            raise Http404

    def sees_colleagues(self, run: Run) -> bool:
        """Whether the account sees more than its own lines, and so the list of results."""
        seen = self.seen_of(run)
        return seen is None or bool(seen - {self.own_no})

    def seen_of(self, run: Run) -> frozenset[str] | None:
        """The numbers of those whose lines the account sees; None: of all.

        The own one always; those of colleagues as the unit has chosen, once the result is published.
        """
        if self.sees_all:
            return None
        is_person = run.edition.subject == Edition.Subject.PERSON
        own = frozenset({self.own_no} if is_person and self.own_no else ())
        chosen = self.unit.colleagues_see
        if chosen == Colleagues.NOBODY or not run.publications.exists():
            return own
        if chosen == Colleagues.EVERYBODY:
            return None
        mine = run.results.filter(no__in=own).exclude(department_name="").values("department_name")
        return own | frozenset(run.results.filter(department_name__in=mine).values_list("no", flat=True))


def sight_into(account: Account, unit: Unit) -> Sight | None:
    """What the account sees of the unit; None where it has nothing to do with it."""
    rights = rights_of(account)
    person = account.person
    own_no = person.no if person is not None and person.unit_id == unit.pk else None
    if not (rights.is_operator or rights.roles_in(unit.pk) or own_no):
        return None
    return Sight(
        unit=unit,
        sees_all=rights.may(SEES_ALL, unit),
        downloads=rights.may(DOWNLOADS, unit),
        assesses=rights.may(ASSESSES, unit),
        prints=rights.may(PRINTS, unit),
        own_no=own_no,
    )


def sight_of(account: Account, unit_code: str) -> Sight:
    """What the account sees of the unit with the code. Raises Http404 where that is nothing."""
    unit = Unit.objects.filter(code=unit_code).first()
    sight = sight_into(account, unit) if unit is not None else None
    if sight is None:
        raise Http404
    return sight


def overseen_units(account: Account) -> list[Unit]:
    """The units whose results the account sees as a whole, by code."""
    return list(units_of(account, SEES_ALL).order_by("code"))
