"""The number of examples that property tests try."""

from hypothesis import settings

THOROUGH = 100


def examples(count: int) -> settings:
    """Settings for `count` examples with `--hypothesis-profile=thorough`, and in proportion with other profiles."""
    profile = settings.get_profile(settings.get_current_profile_name())
    return settings(profile, max_examples=count * profile.max_examples // THOROUGH)
