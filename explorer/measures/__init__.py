"""Numbers on a model: one file an idea. `suite` takes them all, `table` says what each is called and means."""


class UnmeasurableError(ValueError):
    """A model or a data set has not what a measure needs; the text says what is missing, without a full stop."""
