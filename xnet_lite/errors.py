"""What a bad file or a bad value raises, on every storey above; a former name."""


class InputError(ValueError):
    """A file or a value that its user can mend.

    The message is one sentence that names the value (file, line, argument) and
    the remedy. The command line prints it alone and exits with code 2.
    """


class FormerName(FutureWarning):
    """A name that still works and has another spelling now."""
