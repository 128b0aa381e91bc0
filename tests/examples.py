"""How many examples property tests try."""

from hypothesis import settings

USUAL = 100


def examples(count: int) -> settings:
    """So many with `--hypothesis-profile=thorough`, and otherwise as many times more or fewer as the profile says."""
    profile = settings.get_profile(settings.get_current_profile_name())
    return settings(profile, max_examples=count * profile.max_examples // USUAL)
