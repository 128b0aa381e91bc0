"""How many examples property tests try."""

from hypothesis import settings

QUICK = 100


def examples(count: int) -> settings:
    """So many, the same in every run; with `--hypothesis-profile=full`, new ones and as many times more as it says."""
    profile = settings.get_profile(settings.get_current_profile_name())
    return settings(profile, max_examples=count * profile.max_examples // QUICK)
