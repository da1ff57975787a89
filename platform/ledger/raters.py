"""Keeps raters secret: the record tells two raters apart without knowing either."""

import hashlib
import hmac

from django.conf import settings

from units.models import Unit


def fingerprint_of(unit: Unit, rater: str) -> str:
    """A rater's fingerprint in a unit: HMAC-SHA256 under this installation's key, in hexadecimal.

    The same number has another fingerprint in another unit, and none can be found by trying all numbers
    without the key.
    """
    key = f"rater:{settings.FIELD_KEY}".encode()
    return hmac.new(key, f"{unit.code}\0{rater}".encode(), hashlib.sha256).hexdigest()
