"""The second factor 动态口令: a code of six digits from an app on the owner's phone (TOTP, by django-otp)."""

import base64
from urllib.parse import quote

import segno
from django.utils.safestring import SafeString, mark_safe
from django_otp.plugins.otp_totp.models import TOTPDevice

from units.models import Account, Membership

ISSUER = "功过考核平台"


def device_of(account: Account) -> TOTPDevice | None:
    """The phone that the account signs in with; None where it uses none."""
    return TOTPDevice.objects.filter(user=account, confirmed=True).first()


def must_have_one(account: Account) -> bool:
    """Whether the account has no second factor, and a unit in which it is more than staff asks for one."""
    more_than_staff = account.memberships.exclude(role=Membership.Role.STAFF)
    return more_than_staff.filter(unit__asks_second_factor=True).exists() and device_of(account) is None


def device_to_confirm(account: Account) -> TOTPDevice:
    """The phone that is being set up, not yet asked for; made where there is none."""
    device, _ = TOTPDevice.objects.get_or_create(user=account, confirmed=False, defaults={"name": "手机"})
    return device


def picture_of(device: TOTPDevice, account: Account) -> SafeString:
    """The QR code that the app on the phone scans, as an SVG without inline styles."""
    address = device.config_url
    name = quote(f"{ISSUER}:{account.username}")
    query = address.partition("?")[2]
    code = segno.make(f"otpauth://totp/{name}?{query}&issuer={quote(ISSUER)}", error="m")
    return mark_safe(code.svg_inline(scale=5, border=2))


def secret_of(device: TOTPDevice) -> str:
    """The secret to be typed where the code can't be scanned, in groups of four."""
    secret = base64.b32encode(device.bin_key).decode().rstrip("=")
    return " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))


def confirm(device: TOTPDevice, code: str) -> bool:
    """Puts the phone to use where the code is right; others of the account are forgotten."""
    if not device.verify_token(code):
        return False
    TOTPDevice.objects.filter(user=device.user).exclude(pk=device.pk).delete()
    device.confirmed = True
    device.save()
    return True


def forget(account: Account) -> None:
    """Takes the second factor from the account: its phone is lost."""
    TOTPDevice.objects.filter(user=account).delete()
