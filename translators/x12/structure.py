"""Where the walks of X12 were before both standards had one; the callers' old door."""

from translators.walking import Structure, located

__all__ = ["Structure", "located"]
