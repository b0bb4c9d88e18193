"""One way to keep things: what made them, what they learnt, and how they are shown.

What made a thing are its constructor's arguments: the signature names them, attributes
of the same names hold them. What it learnt stands in attributes whose names end in `_`;
those that its class declares must be there. A thing is made again by its class, its
settings and its arrays; no name in a file is ever looked up here, and nothing is run.
"""

import functools
import inspect
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any, TypeAlias, TypeVar

import numpy as np
from typing_extensions import Self

from xnet_lite.arrays import Arrays
from xnet_lite.errors import InputError, hinted, hold_to_hints, shortened

#: what keeps a fitted thing: settings for JSON, arrays for safetensors
State: TypeAlias = tuple[dict[str, Any], Arrays]
Thing = TypeVar("Thing")

#: stands for an argument that the thing did not keep
_LOST = object()


class Kept:
    """Something that its settings, and what it learnt, make again.

    Store constructor arguments under their own names, and what is learnt from data in
    attributes whose names end in `_`: then to save, to load and to show it needs no
    line of code.

    Example
    -------
    >>> class Centred(Kept):
    ...     mean_: np.ndarray
    ...     def __init__(self, weight=1.0, robust=False):
    ...         self.weight, self.robust = weight, robust
    >>> centred = Centred(robust=True)
    >>> centred.mean_ = np.array([2.0])
    >>> centred, centred.state()
    (Centred(robust=True), ({'weight': 1.0, 'robust': True}, {'mean': array([2.])}))
    >>> Centred.from_state(*centred.state()).mean_
    array([2.])
    """

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        if "__post_init__" in vars(cls):
            cls.__post_init__ = _held(cls.__post_init__)  # type: ignore[attr-defined]
        elif "__init__" in vars(cls):
            cls.__init__ = hinted(cls.__init__)  # type: ignore[method-assign]
        # in the class itself: `dataclass` writes its own where it finds none there
        cls.__repr__ = cls.__repr__  # type: ignore[method-assign]

    def state(self) -> State:
        """Return the constructor's arguments, and what `fit` learnt as arrays."""
        return settings_of(self), learnt_of(self)

    @classmethod
    def from_state(cls, settings: Mapping[str, Any], arrays: Arrays) -> Self:
        """Build a fitted one again from what `state` returned, as `rebuilt` does."""
        return rebuilt(cls, settings, arrays)

    def __repr__(self) -> str:
        return call_of(self)


class Configured(Kept):
    """Something whose settings are of use without what it learnt."""

    def config(self) -> dict[str, Any]:
        """Return the constructor's arguments, ready for JSON."""
        return settings_of(self)

    @classmethod
    def from_config(cls, config: Mapping[str, Any]) -> Self:
        """Build one from what `config` returned, with nothing learnt, as `rebuilt`."""
        return rebuilt(cls, config)

    def state(self) -> State:
        """Return the constructor's arguments, and what `fit` learnt as arrays."""
        return self.config(), learnt_of(self)


def settings_of(thing: object, leave_out: Sequence[str] = ()) -> dict[str, Any]:
    """Return the arguments of a thing's constructor, ready for JSON.

    Parameters
    ----------
    thing : object
    leave_out : sequence of str
        Arguments that a thing made again does not need.

    Raises
    ------
    InputError
        For an argument that it does not keep, or that JSON cannot hold.
    """
    kept = {}
    for name in (n for n in _parameters(type(thing)) if n not in leave_out):
        value = _argument(thing, name)
        if value is _LOST:
            said = f"{type(thing).__name__} does not keep its argument {name!r}"
            raise InputError(f"{said}: store it as self.{name}, or override config")
        kept[name] = plain(name, value)
    return kept


def learnt_of(thing: object) -> Arrays:
    """Return what a thing has learnt, by names without their `_`.

    Raises
    ------
    InputError
        If it lacks something that its class declares: it is not fitted.
    """
    learnt = {
        name.removesuffix("_"): np.atleast_1d(value)
        for name, value in vars(thing).items()
        if _is_learnt(type(thing), name)
    }
    if _declared(type(thing)).keys() - learnt.keys():
        raise InputError(f"{type(thing).__name__} is not fitted yet, call fit first")
    return learnt


def rebuilt(
    cls: type[Thing],
    settings: Mapping[str, Any],
    learnt: Arrays | None = None,
) -> Thing:
    """Return the thing that these settings make, with what it had learnt.

    Parameters
    ----------
    cls : type
    settings : mapping
        What `settings_of` returned, also after JSON.
    learnt : mapping of arrays, optional
        What `learnt_of` returned.

    Raises
    ------
    InputError
        For an argument that the class lacks, a value that it cannot use, or an array
        that is missing.
    """
    built = f"{cls.__name__} cannot be built from {shortened(dict(settings))}"
    known = _parameters(cls)
    odd = [name for name in settings if name not in known]
    if odd:
        takes = ", ".join(known) or "none"
        raise InputError(f"{built}: it has no argument {odd[0]!r}, it takes {takes}")
    try:
        made = cls(**settings)
    except TypeError as error:
        raise InputError(f"{built}: {error}, give others") from error
    if learnt is None:
        return made
    declared = _declared(cls)
    missing = sorted(declared.keys() - learnt.keys())
    if missing:
        raise InputError(f"{cls.__name__}: array {missing[0]!r} is missing, save again")
    for name, array in learnt.items():
        single = declared.get(name) in (float, "float")
        setattr(made, f"{name}_", float(array.item()) if single else np.asarray(array))
    return made


def call_of(thing: object) -> str:
    """Return the call that makes a thing, without arguments that are as by default.

    Example
    -------
    >>> from xnet_lite.descriptors import WACSF
    >>> call_of(WACSF(n_g2=8, cutoff=4.5))
    'WACSF(cutoff=4.5, n_g2=8)'
    """
    words = []
    for name, parameter in _parameters(type(thing)).items():
        value = _argument(thing, name)
        needed = parameter.default is parameter.empty
        if value is _LOST or (not needed and _alike(value, parameter.default)):
            continue
        alone = needed and parameter.kind is not parameter.KEYWORD_ONLY
        words.append(shown(value) if alone else f"{name}={shown(value)}")
    return f"{type(thing).__name__}({', '.join(words)})"


def shown(value: Any) -> str:
    """Return how a value is written: classes and functions by their names.

    Example
    -------
    >>> shown(np.float64(0.5)), shown(functools.partial(dict, hidden=[8]))
    ('0.5', 'partial(dict, hidden=[8])')
    """
    if isinstance(value, functools.partial):
        named = [f"{name}={shown(one)}" for name, one in value.keywords.items()]
        return f"partial({', '.join([*map(shown, (value.func, *value.args)), *named])})"
    if isinstance(value, np.ndarray | np.generic):
        return repr(value.tolist())
    name: str | None = getattr(value, "__qualname__", None)
    return repr(value) if name is None else name.rpartition("<locals>.")[2]


def noting(init: Callable[..., None], n_skipped: int) -> Callable[..., None]:
    """Return a constructor that notes what it is given, but for the first few.

    For a thing whose own attributes need the names of its arguments, as layers do.
    """
    init = hinted(init)
    signature = inspect.signature(init)
    names = list(signature.parameters)[1 + n_skipped :]

    @functools.wraps(init)
    def noted(self: Any, *args: Any, **options: Any) -> None:
        # a parent's constructor, called by this one, is given something else
        if "_given" not in vars(self):
            with suppress(TypeError):  # the call below says what is wrong
                bound = signature.bind(self, *args, **options)
                bound.apply_defaults()
                vars(self)["_given"] = {name: bound.arguments[name] for name in names}
        init(self, *args, **options)

    return noted


def plain(name: str, value: Any) -> Any:
    """Return the value of an argument as JSON can hold it.

    Raises
    ------
    InputError
        If it cannot; names the argument.
    """
    if isinstance(value, np.ndarray | np.generic):
        return value.tolist()
    if isinstance(value, list | tuple):
        return [plain(name, item) for item in value]
    if isinstance(value, Mapping):
        return {str(key): plain(name, item) for key, item in value.items()}
    if value is None or isinstance(value, bool | int | float | str):
        return value
    said = f"{name}={value!r} cannot be saved: give a number, a text, a list, a mapping"
    raise InputError(f"{said}, or override config and from_config")


def _held(check: Callable[[Any], None]) -> Callable[[Any], None]:
    """What checks a dataclass, its values held to the hints of its fields before."""

    @functools.wraps(check)
    def held(self: Any) -> None:
        hold_to_hints(inspect.signature(type(self)), vars(self))
        check(self)

    return held


def _parameters(cls: type) -> Mapping[str, inspect.Parameter]:
    """The arguments of a constructor."""
    return inspect.signature(cls).parameters


def _argument(thing: object, name: str) -> Any:
    """What the constructor was given: as it was noted, else what stands there now."""
    noted = vars(thing).get("_given", {})
    return noted[name] if name in noted else getattr(thing, name, _LOST)


def _is_learnt(cls: type, name: str) -> bool:
    """Whether an attribute is what a thing of this class learns."""
    named = name.endswith("_") and not name.startswith("_")
    return named and name not in _parameters(cls)


def _declared(cls: type) -> dict[str, Any]:
    """What a class and its parents declare to learn: types, by names without `_`."""
    found = [inspect.get_annotations(parent) for parent in reversed(cls.__mro__)]
    return {
        name.removesuffix("_"): kind
        for one in found
        for name, kind in one.items()
        if _is_learnt(cls, name)
    }


def _alike(value: Any, default: Any) -> bool:
    """Whether a value says what the default does."""
    try:
        return bool(plain("", value) == plain("", default))
    except InputError:
        return value is default
