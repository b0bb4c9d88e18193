"""How far to trust a prediction: many models, each taught with other data."""

import copy
from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import ArrayLike

from xnet_lite.arrays import Array, Ints
from xnet_lite.errors import InputError, affordable, hinted, within
from xnet_lite.models.band import Band
from xnet_lite.predictor import Inputs, Network, Predictor
from xnet_lite.predictor.inputs import lesson

#: of the papers
N_MEMBERS = 15


@hinted
def resample(
    n_sites: int,
    n_members: int = N_MEMBERS,
    seed: int = 0,
    groups: ArrayLike | None = None,
    size: float = 1.0,
) -> Ints:
    """Draw every member's training rows, with replacement.

    Without groups each row is drawn by itself, and a member misses a share 1/e = 0.37
    of them. With groups whole groups are drawn until there are enough rows, and the
    last one is cut: the sites of a compound are in a member's training set together or
    not at all (save for the cut), so that its out-of-bag sites are new compounds.

    Parameters
    ----------
    n_sites, n_members : int
    seed : int
    groups : array (n_sites,), optional
        Label of each site's group.
    size : float
        Rows of a member, as a share of the sites.

    Returns
    -------
    int array (n_members, size * n_sites)

    Raises
    ------
    InputError
        If there are fewer than 2 members or 2 groups, or not one label a site.

    Source: B. Efron, Ann. Statist. 7 (1979) 1; T. David et al., Digital Discovery 2
    (2023) 1461.
    Differs: groups, size.

    Example
    -------
    >>> resample(4, 2).shape
    (2, 4)
    """
    within("[2, inf)", whole=True, n_members=n_members)
    within("(0, inf)", size=size)
    within("[1, inf)", whole=True, n_sites=n_sites)
    within("[0, inf)", whole=True, seed=seed)
    rows = f"{n_members} members of {n_sites} sites"
    affordable(rows, 8.0 * n_members * n_sites, "give fewer members")
    labels = np.arange(n_sites) if groups is None else np.asarray(groups)
    if labels.shape != (n_sites,):
        raise InputError(f"groups have shape {labels.shape}: give one for each site")
    _, group = np.unique(labels, return_inverse=True)
    ends = np.cumsum(np.bincount(group))
    sites = np.split(np.argsort(group, kind="stable"), ends[:-1])
    if len(sites) < 2:
        raise InputError("all sites are of one group: a bootstrap needs 2 or more")
    rngs = [np.random.default_rng([seed, i]) for i in range(n_members)]
    n_rows = max(1, round(size * n_sites))
    return np.stack([_draw(rng, sites, n_rows) for rng in rngs])


def _draw(rng: np.random.Generator, sites: Sequence[Ints], n_rows: int) -> Ints:
    """Rows of groups drawn with replacement, cut to n_rows."""
    # n_rows draws always suffice: a group holds at least one row
    drawn = rng.integers(len(sites), size=n_rows)
    return np.concatenate([sites[i] for i in drawn])[:n_rows].astype(np.int64)


def bootstrap(
    predictor: Predictor,
    inputs: Inputs,
    spectra: ArrayLike | None = None,
    energy: ArrayLike | None = None,
    *,
    n_members: int = N_MEMBERS,
    seed: int = 0,
    groups: ArrayLike | None = None,
    size: float = 1.0,
    **options: Any,
) -> Predictor:
    """Train one network per resampled training set, all of them as one batch.

    The members share scaler and target transform; each starts from weights of its own
    and sees rows of its own. Their mean is the prediction, their spread
    (`predict_std`) how far it would move with other data of the same kind.

    Parameters
    ----------
    predictor : Predictor
        What to train; it is fitted and returned.
    inputs, spectra, energy, **options
        As in `Predictor.fit`.
    n_members : int
    seed : int
        Of the resampling; first weights follow the training configuration's.
    groups : array (n_sites,), optional
        Draw whole groups (compounds) and not single sites; a dataset's own are drawn.
    size : float
        Rows that a member learns from, as a share of all: fewer make members differ
        more.

    Returns
    -------
    Predictor
        With `members_`, the rows each member learnt from.

    Source: T. David et al., Digital Discovery 2 (2023) 1461, doi:10.1039/d3dd00101f;
    S. Verma et al., Chem. Commun. 59 (2023) 7100.
    Differs: members are trained together; scaler and target transform are learnt once,
    from all training data.

    Example
    -------
    >>> from xnet_lite.training import TrainConfig
    >>> rng = np.random.default_rng(0)
    >>> x, y = rng.random((8, 3)), rng.random((8, 5))
    >>> model = bootstrap(Predictor(config=TrainConfig(epochs=1)), x, y, np.arange(5.0))
    >>> model.predict_std(x).shape
    (8, 5)
    """
    spectra, energy, groups = lesson(inputs, spectra, energy, groups)
    members = resample(len(spectra), n_members, seed, groups, size)
    return predictor.fit(
        inputs, spectra, energy, groups=groups, members=members, **options
    )


def deep_ensemble(
    predictor: Predictor,
    inputs: Inputs,
    spectra: ArrayLike | None = None,
    energy: ArrayLike | None = None,
    *,
    n_members: int = N_MEMBERS,
    **options: Any,
) -> Predictor:
    """Train several networks with the same data from other first weights, as one batch.

    They also see the rows in other orders. Their spread tells how much of a prediction
    is an accident of training; what all of them lack for want of data it does not.

    Parameters
    ----------
    predictor : Predictor
        What to train; it is fitted and returned.
    inputs, spectra, energy, **options
        As in `Predictor.fit`.
    n_members : int

    Source: B. Lakshminarayanan, A. Pritzel, C. Blundell, Adv. Neural Inf. Process.
    Syst. 30 (2017) 6402.
    Differs: members tell no variance of their own, and there are no adversarial
    examples.

    Example
    -------
    >>> from xnet_lite.training import TrainConfig
    >>> rng = np.random.default_rng(0)
    >>> x, y = rng.random((8, 3)), rng.random((8, 5))
    >>> one = Predictor(config=TrainConfig(epochs=1))
    >>> deep_ensemble(one, x, y, np.arange(5.0), n_members=3).predict_band(x).how
    '3 members, not calibrated'
    """
    within("[2, inf)", whole=True, n_members=n_members)
    spectra, energy, groups = lesson(
        inputs, spectra, energy, options.pop("groups", None)
    )
    members = np.tile(np.arange(len(spectra)), (n_members, 1))
    return predictor.fit(
        inputs, spectra, energy, groups=groups, members=members, **options
    )


def mc_dropout(
    predictor: Predictor,
    inputs: Inputs,
    n_passes: int = 50,
    p: float | None = None,
    seed: int = 0,
) -> Band:
    """Return the mean and spread of passes with units silenced by chance.

    Parameters
    ----------
    predictor : Predictor
        A trained network that has layers of dropout (every `MLP` has).
    inputs : as in `Predictor.predict`
    n_passes : int
    p : float, optional
        Share of units silenced; that of training where none is given.
    seed : int

    Returns
    -------
    Band
        (n_sites, n_energies); over the passes of every member.

    Raises
    ------
    InputError
        If there is no network, or no dropout in it.

    Source: Y. Gal, Z. Ghahramani, Proc. Mach. Learn. Res. 48 (2016) 1050.
    Differs: p may be another than that of training, and no noise is added.

    Example
    -------
    >>> from xnet_lite.training import TrainConfig
    >>> rng = np.random.default_rng(0)
    >>> x, y = rng.random((8, 3)), rng.random((8, 5))
    >>> one = Predictor(config=TrainConfig(epochs=1)).fit(x, y, np.arange(5.0))
    >>> mc_dropout(one, x, p=0.1).how
    '50 passes with dropout 0.1'
    """
    within("[2, inf)", whole=True, n_passes=n_passes)
    within("(0, 1)", optional=True, p=p)
    x = torch.as_tensor(predictor.scale(inputs), dtype=torch.float32)
    network = predictor.regressor_
    if not isinstance(network, Network):
        raise InputError(f"{type(network).__name__} is no network: it has no dropout")
    model = copy.deepcopy(network.model_).eval()
    layers = [one for one in model.modules() if isinstance(one, torch.nn.Dropout)]
    for layer in layers:
        layer.p = layer.p if p is None else p
        layer.train()
    if not any(layer.p for layer in layers):
        raise InputError(
            f"{type(model).__name__} silences no units: give p, or train it with "
            "dropout"
        )
    with torch.no_grad(), torch.random.fork_rng():
        torch.manual_seed(seed)
        passes = torch.stack([model(x) for _ in range(n_passes)]).double().numpy()
    targets = passes.reshape(-1, *passes.shape[-2:])
    targets = targets * network.target_scale_ + network.target_mean_
    band = Band.of_members([predictor.targets_.inverse_transform(t) for t in targets])
    said = f"{n_passes} passes with dropout {max(layer.p for layer in layers):g}"
    return Band(band.mean, band.std, said)


def out_of_bag(predictor: Predictor, inputs: Inputs) -> tuple[Array, Array]:
    """Return each training site's mean and spread over members that never saw it.

    Parameters
    ----------
    predictor : Predictor
        From `bootstrap`, in this session: a loaded one has forgotten its rows.
    inputs : sequence of Site, or array (n_sites, n_features)
        The training inputs, in their order.

    Returns
    -------
    mean, std : array (n_sites, n_energies)
        NaN where fewer than 2 members never saw the site.

    Raises
    ------
    InputError
        If the predictor has no members, or these are not its training inputs.
    """
    rows = getattr(predictor, "members_", None)
    if rows is None:
        raise InputError("this predictor does not know its members' rows: bootstrap it")
    spectra = predictor.predict_members(inputs)
    n_sites = spectra.shape[1]
    if n_sites != len(predictor.features_):
        raise InputError(
            f"{n_sites} sites are not the {len(predictor.features_)} of the training "
            "set: give those, in their order"
        )
    unseen = np.stack([~np.isin(np.arange(n_sites), row) for row in rows])
    count = unseen.sum(0)[:, None]  # (n_sites, 1)
    weights = unseen[:, :, None]
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = (spectra * weights).sum(0) / count
        std = np.sqrt((((spectra - mean) ** 2) * weights).sum(0) / (count - 1))
    few = count[:, 0] < 2
    mean[few], std[few] = np.nan, np.nan
    return mean, std
