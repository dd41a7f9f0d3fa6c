"""The image of a commit, from its tests to a registry, as `scripts/cibuild` and `scripts/cipublish` drive it."""
