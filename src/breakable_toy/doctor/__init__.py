"""One page about the state of host, clone, box and toy: ``./scripts/doctor``. Standard library only."""
