"""Django's admin with the product's site as the one on which everything is registered."""

from django.contrib.admin.apps import AdminConfig


class SiteConfig(AdminConfig):
    default_site = "units.site.Site"
