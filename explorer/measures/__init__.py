"""Numbers on a model: one file an idea. `suite` takes them all, `table` says what each is called and means."""
