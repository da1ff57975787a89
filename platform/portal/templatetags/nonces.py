"""Lets the one style element that django-admin-interface writes into its pages past the content policy."""

from django import template
from django.http import HttpRequest
from django.utils.safestring import SafeString, mark_safe

register = template.Library()


@register.simple_tag
def with_nonce(request: HttpRequest, text: SafeString) -> SafeString:
    """The text of a template block with this response's nonce on its style elements.

    Only for text that a template made: whatever is a style element in it is let through.
    """
    nonce = getattr(request, "csp_nonce", "")
    return mark_safe(str(text).replace("<style>", f'<style nonce="{nonce}">'))
