"""The host's part: before the box, and next to it. Standard library only: it runs before anything is installed."""
