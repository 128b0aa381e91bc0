"""Secrets of every known shape and name, in every place where recordings contain text."""

from tests.test_redaction_matrix import (
    HARMLESS,
    NAMED_PLACES,
    NAMES,
    PERSONAL,
    PLACES,
    SHAPES,
    STANDARD,
    STRICT,
    VALUE,
    WEAK_NAMES,
    shows_secret,
)

from .figures import Figure


def run(short: bool) -> Figure:
    """Run the trial, which has no short form."""
    del short
    names = [*NAMES, *WEAK_NAMES]
    by_shape = [
        f"{shape}, {place}: {text}"
        for place, show in PLACES.items()
        for shape, secret in SHAPES.items()
        if shows_secret(text := show(secret), secret)
    ]
    by_name = [
        f"{name}, {place}: {text}"
        for place, show in NAMED_PLACES.items()
        for name in names
        if VALUE in (text := show(name, VALUE))
    ]
    personal = [f"strict: {name}: {STRICT.text(text)}" for name, text in PERSONAL.items() if text in STRICT.text(text)]
    harmless = [f"masked unnecessarily: {STANDARD.text(text)}" for text in HARMLESS if STANDARD.text(text) != text]
    return Figure(
        f"{len(SHAPES)} shapes x {len(PLACES)} places, {len(names)} names x {len(NAMED_PLACES)} places, "
        f"{len(PERSONAL)} phone numbers and ids at `strict`, {len(HARMLESS)} ordinary texts",
        f"{len(by_shape)}, {len(by_name)} and {len(personal)} shown; {len(harmless)} ordinary texts masked",
        (*by_shape, *by_name, *personal, *harmless),
    )
