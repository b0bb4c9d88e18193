"""What a bad file or a bad value raises, on every storey above."""


class InputError(ValueError):
    """A file or a value that its user can mend.

    The message is one sentence that names the value (file, line, argument) and
    the remedy. The command line prints it alone and exits with code 2.
    """
