"""What a bad file or a bad value raises, on every storey above; a former name."""


class InputError(ValueError):
    """A file or a value that its user can mend.

    The message is one sentence that names the value (file, line, argument) and
    the remedy. The command line prints it alone and exits with code 2.
    """


def missing(need: str, extra: str = "chem") -> InputError:
    """Return what says that an optional package is needed, and how to get it.

    Example
    -------
    >>> print(missing("this needs that"))
    this needs that, which is not installed; get it with: pip install "xnet-lite[chem]"
    """
    remedy = f'get it with: pip install "xnet-lite[{extra}]"'
    return InputError(f"{need}, which is not installed; {remedy}")


class FormerName(FutureWarning):
    """A name that still works and has another spelling now."""
