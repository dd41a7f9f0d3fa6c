"""Template tags and filters for places."""

from django import template
from django.conf import settings
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

from polls.city import BOX

METRES_PER_KILOMETRE = 1000
FEW_KILOMETRES = 10

register = template.Library()


@register.simple_tag
def map_data() -> SafeString:
    """Data attributes for city_map.js: addresses of the outlines and the tiles, bounds of the city."""
    return format_html(
        'data-outline="{}" data-world="{}" data-city="{}" data-tiles="{}" data-attribution="{}"',
        static("polls/city.json"),
        static("polls/world.svg"),
        ",".join(map(str, BOX)),
        settings.MAP_TILE_URL,
        settings.MAP_TILE_ATTRIBUTION,
    )


@register.filter
def metres(distance: float) -> str:
    """A distance as a person says it: 350 m, 1.2 km, 5,012 km."""
    if round(distance, -1) < METRES_PER_KILOMETRE:
        return f"{distance:.0f} m"
    kilometres = distance / METRES_PER_KILOMETRE
    return f"{kilometres:.1f} km" if kilometres < FEW_KILOMETRES else f"{kilometres:,.0f} km"
