"""The shapes of real visits, in numbers.

`python -m benchmarks.shapes` printed them for 14 recordings of pages made with component libraries (MUI, Ant Design,
Element Plus, Shoelace, Radix, Bootstrap and others), recorded by posthog-js.
"""

from bisect import bisect_right
from random import Random
from typing import Final

PERCENTILES: Final = (0, 10, 25, 50, 75, 90, 99, 100)


class Distribution:
    """A distribution given by its values at `PERCENTILES`, interpolated geometrically, as most values are small."""

    def __init__(self, *values: float) -> None:
        self._values = values

    def draw(self, rng: Random) -> float:
        """Draw a value."""
        percent = rng.random() * 100
        place = bisect_right(PERCENTILES, percent) - 1
        low, high = PERCENTILES[place : place + 2]
        start, end = self._values[place : place + 2]
        part = (percent - low) / (high - low)
        return start * (end / start) ** part if start else end * part

    def whole(self, rng: Random) -> int:
        """Draw a whole number."""
        return round(self.draw(rng))


SNAPSHOT_NODES: Final = Distribution(21, 23, 34, 82, 102, 268, 583, 583)
DEPTH: Final = Distribution(5, 6, 7, 9, 12, 22, 23, 23)
"""Levels of a page."""
STYLESHEET_BYTES: Final = Distribution(0, 0, 190, 190, 21_272, 391_403, 402_048, 402_048)
ATTRIBUTES: Final = Distribution(0, 1, 1, 2, 3, 5, 10, 19)
"""Attributes of an added element."""
ADDED_NODES: Final = Distribution(1, 1, 1, 2, 5, 16, 241, 598)
"""Nodes that a mutation adds, when it adds any."""
CHANGED_ELEMENTS: Final = Distribution(1, 1, 1, 1, 2, 4, 10, 17)
"""Elements whose attributes a mutation changes, when it changes any."""
MUTATIONS_PER_SECOND: Final = Distribution(0.06, 0.08, 0.38, 2.04, 2.42, 5.41, 6.33, 6.33)
"""One value per visit: tickers, transitions, and other changes that a framework makes by itself."""

MUTATION_PARTS: Final[dict[tuple[str, ...], int]] = {
    ("attributes",): 526,
    ("texts",): 128,
    ("adds",): 77,
    ("removes",): 41,
    ("adds", "attributes"): 34,
    ("adds", "removes", "attributes"): 35,
    ("removes", "attributes"): 23,
    ("adds", "removes"): 10,
    ("texts", "attributes"): 11,
}
"""Which parts of a mutation are not empty, and how often in 885 mutations."""
CHANGED_ATTRIBUTES: Final = {"class": 537, "name": 536, "style": 182, "value": 83, "tabindex": 31, "aria-hidden": 38}
"""Which attributes change, and how often."""
CLASS_VALUES: Final = 600
CLASS_EXPONENT: Final = 1.1
"""Different values of `class` on a site, and the exponent of Zipf's law for their frequency. Of the first 100, 200 and
400 in a recording, 58, 87 and 133 are different on average (34 recordings); here 56, 87 and 141."""
DISPLAY_SHARE: Final = 0.2
HIDING_SHARE: Final = 0.03
"""The shares of CSS rules that set `display` to show and to hide: 12 and 1.7 of 55 rules, which take 10 kB."""
