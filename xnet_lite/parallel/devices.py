"""Which device computes."""

import torch

from xnet_lite.errors import InputError


def checked_device(name: str) -> torch.device:
    """Return a device of PyTorch that computes here.

    Parameters
    ----------
    name : str
        "cpu", "cuda", "cuda:1" …

    Raises
    ------
    InputError
        For a name that is no device, or one that this machine lacks.

    Example
    -------
    >>> checked_device("cpu")
    device(type='cpu')
    """
    try:
        device = torch.device(name)
        torch.ones(1, device=device).item()
    except (RuntimeError, AssertionError, NotImplementedError, TypeError):
        n_gpus = torch.cuda.device_count()
        gpus = f"PyTorch finds {n_gpus or 'no'} GPU{'s' * (n_gpus != 1)} here"
        raise InputError(
            f"device {name!r} cannot be used ({gpus}): give 'cpu'"
            f"{', or cuda for a GPU' * bool(n_gpus)}"
        ) from None
    return device
