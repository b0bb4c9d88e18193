"""What type hints call the arrays of this library."""

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

#: numbers of science, float64
Array: TypeAlias = NDArray[np.float64]
#: waves and what they carry
ComplexArray: TypeAlias = NDArray[np.complexfloating[Any, Any]]
#: counts, rows and indices
Ints: TypeAlias = NDArray[np.integer[Any]]
#: what is kept, or holds
Mask: TypeAlias = NDArray[np.bool_]
#: one value a site: words, numbers, or yes and no
Labels: TypeAlias = NDArray[Any]
#: arrays by name, of any kind
Arrays: TypeAlias = dict[str, NDArray[Any]]
