"""Settings that all tests share."""

from hypothesis import settings

# Times of a shared machine decide nothing; examples are the same on every run, so that a red test is red for all.
settings.register_profile("geoenforce", deadline=None, derandomize=True, max_examples=50)
settings.load_profile("geoenforce")
