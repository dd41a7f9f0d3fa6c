"""What Hypothesis makes for more than one module."""

from hypothesis import strategies as st

# All that UTF-8 can hold. By the codec's name Hypothesis would list a million characters: 200 MB, too much for the
# container.
CHARACTERS = st.characters(exclude_categories=["Cs"])
