"""Both ways at once: two autoencoders with one latent space, and two judges of them.

x is a structure's features, y the targets that stand for its spectrum.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, cast

import torch
from torch import Tensor, nn
from torch.nn import functional

from xnet_lite.errors import one_of, within
from xnet_lite.models import layers
from xnet_lite.models.balance import BALANCES, RunningMean
from xnet_lite.models.base import SpectrumModel
from xnet_lite.models.losses import LOSSES

#: judges of the reference code learn at 1e-5 where the others do at 1e-3
SLOW = 0.01
# shares of no rows at all must not be divided by
_TINY = 1e-9


@dataclass(frozen=True)
class AEGANWeights:
    """How much each loss of an AEGAN counts.

    Attributes
    ----------
    rec_x, rec_y : float
        Reconstruction: into the latent space and out again on the same side.
    pred_x, pred_y : float
        Prediction: out on the other side. These alone need pairs.
    adv_x, adv_y : float
        How little the judges believe what was predicted.
    cyc_x, cyc_y : float
        Cycles: to the other side and back.

    Source: T. J. Penfold et al., Mach. Learn.: Sci. Technol. 5 (2024) 021001,
    doi:10.1088/2632-2153/ad5074, section 4.3, which speaks of six losses.
    Differs: the review does not name them, so all eight that it can mean stand here;
    without the cycles they are six, and without the predictions they are six too.

    Example
    -------
    >>> AEGANWeights(cyc_x=0.5).cyc_x
    0.5
    """

    rec_x: float = 1.0
    rec_y: float = 1.0
    pred_x: float = 1.0
    pred_y: float = 1.0
    adv_x: float = 0.01
    adv_y: float = 0.01
    cyc_x: float = 0.1
    cyc_y: float = 0.1

    def __post_init__(self) -> None:
        within("[0, inf)", **asdict(self))


class AEGAN(SpectrumModel):
    """Two coupled autoencoders that predict both ways, taught by judges too.

    Each side has an encoder into the latent space and a decoder out of it; both sides
    share what stands between. `forward` goes from features to targets, `reverse` from
    targets to features. A judge for each side tells what is true from what was made,
    and the towers are taught to be believed: their loss runs through the judges, whose
    weights it leaves alone, while the judges' own loss leaves the towers alone. So one
    backward pass and one optimiser serve both, and the training loop knows of neither.

    It learns from halves, too: of a row whose features (or targets) are NaN throughout,
    what the other side alone can tell counts, that is its rebuilding, its cycle and
    whether its prediction is believed. Each loss is the mean over the rows it has.
    With `batch_norm` what is missing counts as the mean.

    Parameters
    ----------
    n_features, n_targets : int
        Width of x and of y.
    latent : int
        Width of the latent space.
    hidden : sequence of int
        Widths of an encoder's hidden layers; a decoder has them in reverse.
    shared : sequence of int
        Hidden widths of each of two towers that both ways share; none without.
    judge : sequence of int
        Hidden widths of the judges.
    levelled : float
        How far components of y are brought to one spread before they are read: 0 not
        at all, 1 wholly. Structure shows in components that hardly vary.
    activation : str
        "silu", "relu", "tanh", "gelu", or "prelu", one learnt slope for all.
    batch_norm : bool
        Standardise over the batch after each layer but the last of a decoder or judge.
    weights : mapping
        Of `AEGANWeights`, where they are not what they are by themselves.
    balance : str
        "fixed", or what the weights are multiplied by: "learnt" (a variance for each
        loss) or "running" (one over the running mean of each).
    judge_rate : float
        Learning rate of the judges, as a share of the others'.
    loss : str
        Of y, see `SpectrumModel`; x has the root of its mean square.

    Raises
    ------
    InputError
        On a name that does not exist or a number out of range.

    Source: T. J. Penfold et al., Mach. Learn.: Sci. Technol. 5 (2024) 021001,
    section 4.3; the weights of "learnt": A. Kendall, Y. Gal and R. Cipolla, CVPR 2018,
    doi:10.1109/CVPR.2018.00781.
    Differs: the review gives no layers; `AEGAN.published` has the count it prints.

    Example
    -------
    >>> both = AEGAN(97, 30)
    >>> both(torch.zeros(2, 97)).shape, both.reverse(torch.zeros(2, 30)).shape
    (torch.Size([2, 30]), torch.Size([2, 97]))
    """

    halves = True

    def __init__(
        self,
        n_features: int,
        n_targets: int,
        *,
        latent: int = 128,
        hidden: Sequence[int] = (384, 384),
        shared: Sequence[int] = (),
        judge: Sequence[int] = (128, 128),
        levelled: float = 0.5,
        activation: str = "silu",
        batch_norm: bool = False,
        weights: Mapping[str, float] | None = None,
        balance: str = "fixed",
        judge_rate: float = 1.0,
        loss: str = "rmse",
    ) -> None:
        super().__init__(n_features, n_targets, loss=loss)
        layers.check_choices(activation)
        layers.check_widths(latent=latent, hidden=hidden, judge=judge)
        one_of("balance", balance, BALANCES)
        within("[0, 1]", levelled=levelled)
        within("(0, inf)", judge_rate=judge_rate)
        self.weights = AEGANWeights(**(weights or {}))
        self.activation = layers.ACTIVATIONS[activation]()
        self.judge_rate = judge_rate
        self.levels = _Levels(n_targets, levelled)
        there, back = [*hidden, latent], [latent, *hidden[::-1]]
        self.encoder_x = _Tower([n_features, *there], batch_norm)
        self.encoder_y = _Tower([n_targets, *there], batch_norm)
        between = [latent, *shared, latent]
        self.shared = nn.ModuleList(
            _Tower(between, batch_norm) for _ in range(2 if shared else 0)
        )
        self.decoder_x = _Tower([*back, n_features], batch_norm, bare=True)
        self.decoder_y = _Tower(back, batch_norm)
        self.out = nn.Linear(back[-1], n_targets)
        self.judge_x = _Tower([n_features, *judge, 1], batch_norm, bare=True)
        self.judge_y = _Tower([n_targets, *judge, 1], batch_norm, bare=True)
        self.balance = BALANCES[balance](len(asdict(self.weights)))

    @classmethod
    def published(cls, n_features: int, n_targets: int) -> AEGAN:
        """Return the network of the reference code: 1 312 838 weights for 97 and 226.

        All layers are 256 wide, with batch norm and one learnt slope. No gradient of
        the judges reaches the rest, and there is no cycle: they look on.

        Source: T. J. Penfold et al., Mach. Learn.: Sci. Technol. 5 (2024) 021001,
        section 4.3: "just over 1 300 000 free parameters".
        Differs: theirs divides each mean square by the largest value of its batch; ours
        is given standardised features and targets instead.
        """
        wide = (256, 256)
        return cls(
            n_features,
            n_targets,
            latent=256,
            hidden=wide,
            shared=wide,
            judge=wide,
            levelled=0.0,
            activation="prelu",
            batch_norm=True,
            weights=dict.fromkeys(("adv_x", "adv_y", "cyc_x", "cyc_y"), 0.0),
            judge_rate=SLOW,
            loss="mse",
        )

    def forward(self, features: Tensor) -> Tensor:
        """Map features (batch, n_features) to targets (batch, n_targets)."""
        return self._y(self.latent_x(features))

    def reverse(self, targets: Tensor) -> Tensor:
        """Map targets (batch, n_targets) to features (batch, n_features)."""
        return self._through(self.decoder_x, self.latent_y(targets))

    def rebuilt_x(self, features: Tensor) -> Tensor:
        """Return features as they come back out of the latent space."""
        return self._through(self.decoder_x, self.latent_x(features))

    def rebuilt_y(self, targets: Tensor) -> Tensor:
        """Return targets as they come back out of the latent space."""
        return self._y(self.latent_y(targets))

    def latent_x(self, features: Tensor) -> Tensor:
        """Return where features (batch, n_features) lie, (batch, latent)."""
        return self._between(self.encoder_x(features, self.activation))

    def latent_y(self, targets: Tensor) -> Tensor:
        """Return where targets (batch, n_targets) lie, (batch, latent)."""
        return self._between(self.encoder_y(self.levels(targets), self.activation))

    def loss(
        self, features: Tensor, targets: Tensor, weights: Tensor | None = None
    ) -> Tensor:
        """Return the weighted losses of the towers and, in training, of the judges."""
        here_x, here_y = (~side.isnan().any(-1) for side in (features, targets))
        of_x, of_y, of_pairs = (
            _shares(rows, weights) for rows in (here_x, here_y, here_x & here_y)
        )
        x, y = features.nan_to_num(), targets.nan_to_num()
        latent = self.latent_x(x), self.latent_y(y)
        rec_x, pred_x = (self._through(self.decoder_x, z) for z in latent)
        pred_y, rec_y = (self._y(z) for z in latent)
        told = self._losses(x, y, (rec_x, rec_y), (pred_x, pred_y))
        # what is predicted on a side, and comes back to it, is of the other's rows
        rows = (of_x, of_y, of_pairs, of_pairs, of_y, of_x, of_x, of_y)
        told = (torch.stack(rows) * told).mean(-1)
        counted = self.balance(told, torch.tensor(list(asdict(self.weights).values())))
        if not self.training:
            return counted
        judged = self._judged(self.judge_x, (x, rec_x, pred_x), (of_x, of_x, of_y))
        made = (y, rec_y, pred_y)
        return counted + judged + self._judged(self.judge_y, made, (of_y, of_y, of_x))

    def optimiser(self, rate: float, weight_decay: float) -> torch.optim.Optimizer:
        """Return AdamW, in which judges have a rate of their own."""
        judges = [*self.judge_x.parameters(), *self.judge_y.parameters()]
        known = {id(weight) for weight in judges}
        towers = [weight for weight in self.parameters() if id(weight) not in known]
        groups: list[dict[str, Any]] = [
            {"params": towers},
            {"params": judges, "share": self.judge_rate},
        ]
        return torch.optim.AdamW(groups, lr=rate, weight_decay=weight_decay, fused=True)

    def _losses(
        self,
        x: Tensor,
        y: Tensor,
        rebuilt: tuple[Tensor, Tensor],
        predicted: tuple[Tensor, Tensor],
    ) -> Tensor:
        """Those of `AEGANWeights`, (8, batch), in its order; 0 where unwanted."""
        weights, (to_x, to_y) = self.weights, predicted
        none = x.new_zeros(x.shape[:-1])
        return torch.stack(
            [
                self._error_x(rebuilt[0], x),
                self.sample_loss(rebuilt[1], y),
                self._error_x(to_x, x),
                self.sample_loss(to_y, y),
                self._doubt(self.judge_x, to_x) if weights.adv_x else none,
                self._doubt(self.judge_y, to_y) if weights.adv_y else none,
                self._error_x(self.reverse(to_y), x) if weights.cyc_x else none,
                self.sample_loss(self(to_x), y) if weights.cyc_y else none,
            ]
        )

    def _error_x(self, made: Tensor, features: Tensor) -> Tensor:
        kind = self.loss_name if self.loss_name in LOSSES else "rmse"
        return LOSSES[kind](made, features)

    def _doubt(self, judge: _Tower, made: Tensor) -> Tensor:
        """Binary cross entropy of a judge whose weights stay as they are."""
        fixed = {name: weight.detach() for name, weight in judge.named_parameters()}
        told = torch.func.functional_call(judge, fixed, (made, self.activation))
        return functional.softplus(-told).squeeze(-1)

    def _judged(
        self, judge: _Tower, seen: Sequence[Tensor], shares: Sequence[Tensor]
    ) -> Tensor:
        """Binary cross entropy of a judge: first of what is true, then of what is made.

        One half is that of the truth, one that of all that was made.
        """
        opinions = [self._through(judge, one.detach()).squeeze(-1) for one in seen]
        signs = [-1.0, *[1.0] * (len(seen) - 1)]
        costs = [
            (share * functional.softplus(sign * told)).mean(-1)
            for sign, told, share in zip(signs, opinions, shares, strict=True)
        ]
        return (costs[0] + torch.stack(costs[1:]).mean(0)) / 2

    def _between(self, units: Tensor) -> Tensor:
        for tower in self.shared:
            units = tower(units, self.activation)
        return units

    def _y(self, latent: Tensor) -> Tensor:
        """Targets out of the latent space."""
        units = self.activation(self._through(self.decoder_y, latent))
        return cast(Tensor, self.out(units))

    def _through(self, tower: nn.Module, units: Tensor) -> Tensor:
        return cast(Tensor, tower(units, self.activation))


def _shares(counted: Tensor, weights: Tensor | None) -> Tensor:
    """What makes a mean over rows, (batch,), that over the counted ones."""
    ones = counted.float() if weights is None else weights * counted
    return ones / ones.mean().clamp_min(_TINY)


class _Tower(nn.Module):
    """Dense layers with an activation between them and none at the end."""

    def __init__(self, widths: Sequence[int], norm: bool, bare: bool = False) -> None:
        super().__init__()
        pairs = list(itertools.pairwise(widths))
        self.dense = nn.ModuleList(nn.Linear(a, b) for a, b in pairs)
        n_norms = norm * (len(pairs) - bare)
        self.norms = nn.ModuleList(
            nn.BatchNorm1d(b) if i < n_norms else nn.Identity()
            for i, (_, b) in enumerate(pairs)
        )

    def forward(self, units: Tensor, activation: Callable[[Tensor], Tensor]) -> Tensor:
        """Map (batch, n_in) to (batch, n_out)."""
        for i, (dense, norm) in enumerate(zip(self.dense, self.norms, strict=True)):
            units = norm(dense(activation(units) if i else units))
        return units


class _Levels(nn.Module):
    """Divides each input by a power of its spread, as training shows it."""

    def __init__(self, width: int, power: float) -> None:
        super().__init__()
        self.power, self.squares = power, RunningMean(width)

    def forward(self, values: Tensor) -> Tensor:
        """Return them levelled, (batch, width)."""
        return values / self.squares(values.square().mean(0)) ** (self.power / 2)
