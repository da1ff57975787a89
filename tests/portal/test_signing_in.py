"""Signing in: locks, passwords that are due, the second factor, the content policy."""

import datetime
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django_otp.oath import totp
from django_otp.plugins.otp_totp.models import TOTPDevice

from units.models import Account, Membership, Unit

pytestmark = pytest.mark.django_db
PASSWORD = "a-long-password"
LOGIN, HOME, CODE = (reverse(f"portal:{name}") for name in ("login", "home", "code"))
OWN_PASSWORD, PHONE = reverse("portal:password"), reverse("portal:second_factor")


@pytest.fixture
def clerk(bureau: Unit, account_in: Callable[..., Account]) -> Account:
    return account_in("clerk", bureau)


def sign_in(client: Client, password: str = PASSWORD, username: str = "clerk") -> Any:
    return client.post(LOGIN, {"username": username, "password": password})


def token(device: TOTPDevice) -> str:
    return f"{totp(device.bin_key):06d}"


@pytest.fixture
def phone(clerk: Account) -> TOTPDevice:
    return TOTPDevice.objects.create(user=clerk, name="手机", confirmed=True)


def test_after_five_failures_even_the_right_password_waits(client: Client, clerk: Account) -> None:
    for _ in range(4):
        assert "不正确" in sign_in(client, "wrong").content.decode()
    locked = sign_in(client, "wrong")
    assert locked.status_code == 429 and "以后可以再试" in locked.content.decode()
    assert sign_in(client).status_code == 429


def test_a_lock_tells_nothing_of_whether_there_is_such_an_account(client: Client, clerk: Account) -> None:
    for _ in range(4):
        sign_in(client, "wrong", "nobody")
    assert sign_in(client, "wrong", "nobody").status_code == 429


def test_a_security_administrator_unlocks(
    client: Client, clerk: Account, bureau: Unit, account_in: Callable[..., Account]
) -> None:
    for _ in range(5):
        sign_in(client, "wrong")
    administrator = Client()
    administrator.force_login(account_in("security", bureau, role="security_admin"))
    chosen = {"action": "unlock", "_selected_action": clerk.pk}
    administrator.post(reverse("admin:units_account_changelist"), chosen)
    assert sign_in(client).status_code == 302


@pytest.mark.parametrize("weak", ["onlylowercase", "ALLUPPER2025", "clerk12345"])
def test_a_password_of_few_kinds_of_characters_is_refused(weak: str) -> None:
    with pytest.raises(ValidationError, match="至少三种"):
        validate_password(weak)


def test_one_of_the_last_passwords_is_refused(clerk: Account) -> None:
    clerk.set_password("Second-Password-2")
    clerk.save()
    with pytest.raises(ValidationError, match="最近"):
        validate_password("Second-Password-2", clerk)


def test_a_password_set_by_somebody_else_is_changed_before_anything_else(
    client: Client, bureau: Unit, clerk: Account, account_in: Callable[..., Account]
) -> None:
    client.force_login(account_in("manager", bureau, role="scheme_admin"))
    new = {"password1": "Given-By-Manager-1", "password2": "Given-By-Manager-1"}
    client.post(reverse("admin:auth_user_password_change", args=[clerk.pk]), new)
    owner = Client()
    sign_in(owner, "Given-By-Manager-1")
    assert owner.get(HOME)["Location"] == OWN_PASSWORD
    own = {"new_password1": "My-Own-Choice-77", "new_password2": "My-Own-Choice-77"}
    owner.post(OWN_PASSWORD, {"old_password": "Given-By-Manager-1", **own})
    assert owner.get(HOME).status_code == 200


def test_from_the_admin_the_own_password_is_changed_on_the_same_page(
    client: Client, bureau: Unit, account_in: Callable[..., Account]
) -> None:
    client.force_login(account_in("manager", bureau, role="scheme_admin"))
    assert OWN_PASSWORD in client.get(reverse("admin:index")).content.decode()
    assert client.get(reverse("admin:password_change"))["Location"] == OWN_PASSWORD


def test_a_password_is_due_after_some_days(client: Client, clerk: Account, settings: Any) -> None:
    client.force_login(clerk)
    Account.objects.filter(pk=clerk.pk).update(password_set_at=timezone.now() - datetime.timedelta(days=91))
    assert client.get(HOME).status_code == 200
    settings.PASSWORD_DAYS = 90
    assert client.get(HOME)["Location"] == OWN_PASSWORD


def test_with_a_phone_the_password_alone_opens_nothing(
    client: Client, clerk: Account, phone: TOTPDevice
) -> None:
    assert sign_in(client)["Location"] == CODE
    assert client.get(HOME).status_code == 302
    assert "动态口令不对" in client.post(CODE, {"code": "000000"}).content.decode()
    assert client.get(HOME).status_code == 302


def test_password_and_code_open_the_site(client: Client, clerk: Account, phone: TOTPDevice) -> None:
    sign_in(client)
    assert client.post(CODE, {"code": token(phone)})["Location"] == HOME
    assert client.get(HOME).status_code == 200


def test_the_code_is_not_asked_without_the_password(client: Client, phone: TOTPDevice) -> None:
    assert client.post(CODE, {"code": token(phone)})["Location"] == LOGIN


def test_a_unit_that_asks_for_it_has_a_phone_set_up_first(
    client: Client, clerk: Account, bureau: Unit
) -> None:
    Unit.objects.filter(pk=bureau.pk).update(asks_second_factor=True)
    sign_in(client)
    assert client.get(HOME)["Location"] == PHONE
    page = client.get(PHONE).content.decode()
    assert "<svg" in page and "style=" not in page
    client.post(PHONE, {"code": token(TOTPDevice.objects.get(user=clerk))})
    assert client.get(HOME).status_code == 200
    assert TOTPDevice.objects.get(user=clerk).confirmed


def test_who_lost_the_phone_signs_in_without_it_again(
    client: Client, clerk: Account, phone: TOTPDevice, bureau: Unit, account_in: Callable[..., Account]
) -> None:
    administrator = Client()
    administrator.force_login(account_in("security", bureau, role="security_admin"))
    chosen = {"action": "forget_phone", "_selected_action": clerk.pk}
    administrator.post(reverse("admin:units_account_changelist"), chosen)
    assert sign_in(client)["Location"] == HOME


def test_the_phone_of_an_account_with_a_role_elsewhere_is_not_for_one_unit_to_forget(
    client: Client,
    clerk: Account,
    phone: TOTPDevice,
    bureau: Unit,
    other_unit: Unit,
    account_in: Callable[..., Account],
) -> None:
    Membership.objects.create(account=clerk, unit=other_unit, role=Membership.Role.LEADER)
    client.force_login(account_in("security", bureau, role="security_admin"))
    chosen = {"action": "forget_phone", "_selected_action": clerk.pk}
    said = client.post(reverse("admin:units_account_changelist"), chosen, follow=True).content.decode()
    assert "另有 1 个账号不由您管理，没有改动" in said
    assert TOTPDevice.objects.filter(pk=phone.pk).exists()


@pytest.mark.parametrize("address", [LOGIN, reverse("admin:login")])
def test_no_page_lets_inline_scripts_run(client: Client, address: str) -> None:
    policy = client.get(address)["Content-Security-Policy"]
    assert "script-src 'self'" in policy and "unsafe" not in policy and "default-src 'none'" in policy


def test_a_session_ends_with_idleness_and_with_the_browser(
    client: Client, clerk: Account, settings: Any
) -> None:
    sign_in(client)
    assert client.cookies["sessionid"]["max-age"] == ""
    assert client.session.get_expiry_age() <= settings.IDLE_MINUTES * 60
