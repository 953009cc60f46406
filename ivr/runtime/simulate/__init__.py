"""Days of a call centre that never were: the real queue machine under a clock that only counts."""
