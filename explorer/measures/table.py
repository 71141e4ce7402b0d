"""What each measure is called, its unit, and a sentence on how to read it: one table for terminal, card and JSON.

No torch, no numpy: the card and the lists need the words without the work.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

IMAGE = "nats per image"


class Measure(NamedTuple):
    """How a number is shown."""

    label: str
    unit: str  # empty for a count or a share without a unit
    about: str  # one sentence
    digits: int = 2  # after the point

    @property
    def title(self) -> str:
        """The label and its unit."""
        return f"{self.label}, {self.unit}" if self.unit else self.label


TABLE: Mapping[str, Measure] = {
    # kept with every model when it is saved
    "pictures": Measure("test pictures measured", "", "How many the two rows below are averages of.", 0),
    "reconstruction": Measure("reconstruction loss at z = mu", IMAGE, "-log p(x|z) at the mean of q(z|x)."),
    "kl": Measure("KL to the prior", IMAGE, "KL(q(z|x) || p(z)) in closed form: what z tells of x, at most."),
    # bounds
    "elbo": Measure("ELBO", IMAGE, "Lower bound of log p(x): minus the two rows below; higher is better."),
    "elbo_reconstruction": Measure("ELBO: reconstruction loss", IMAGE, "-log p(x|z) at one z drawn from q(z|x)."),
    "elbo_kl": Measure("ELBO: KL to the prior", IMAGE, "The price of z, an average over the test pictures."),
    "nll": Measure("NLL, importance-sampled", IMAGE, "Estimate (from above) of -log p(x); lower is better."),
    "nll_samples": Measure("NLL: samples per picture", "", "More samples bring the estimate closer.", 0),
    "nll_pictures": Measure("NLL: pictures", "", "Test pictures, chosen by a fixed seed.", 0),
    "elbo_binarized": Measure("ELBO, binarized pictures", IMAGE, "The same with each pixel drawn as 0 or 1."),
    "elbo_binarized_reconstruction": Measure("ELBO, binarized: reconstruction loss", IMAGE, "-log p(x|z), z drawn."),
    "elbo_binarized_kl": Measure("ELBO, binarized: KL to the prior", IMAGE, "The price of z for binarized pictures."),
    "nll_binarized": Measure("NLL, importance-sampled, binarized pictures", IMAGE, "The number that papers compare."),
    "nll_binarized_samples": Measure("NLL, binarized: samples per picture", "", "More bring it closer.", 0),
    "nll_binarized_pictures": Measure("NLL, binarized: pictures", "", "Test pictures, chosen by a fixed seed.", 0),
    "active_units": Measure("active units", "", "Latent dimensions whose mean moves: Var_x(E[z|x]) > 0.01.", 0),
    # pictures
    "mse": Measure("reconstruction MSE", "", "Mean squared error of pixels in [0, 1], at z = mu; lower is better.", 5),
    "psnr": Measure("reconstruction PSNR", "dB", "10 log10(1 / MSE), averaged over pictures; higher is better."),
    "ssim": Measure("reconstruction SSIM", "", "Likeness of structure, 1 is the same picture.", 3),
    "sharpness": Measure("sharpness of samples", "", "Gradient energy; 1.0 is as sharp as the test pictures."),
    "sharpness_reconstructions": Measure("sharpness of reconstructions", "", "The same of decoded test pictures."),
    "frechet": Measure(
        "Fréchet distance (small classifier)", "", "From samples to test pictures, in its 64 features; lower is better."
    ),
    "frechet_floor": Measure(
        "Fréchet distance between two halves of the test pictures",
        "",
        "A perfect model gets about this.",
    ),
    "classifier_accuracy": Measure("accuracy of the small classifier", "", "On test pictures: how far to trust it.", 4),
    # what the codes know
    "probe_accuracy": Measure("accuracy of a linear probe", "", "Labels told from mu by a straight cut.", 3),
    "mig": Measure("MIG", "", "Mutual information gap: is each factor in one dimension? 1 is perfect.", 3),
    "sap": Measure("SAP", "", "Gap between the two dimensions that tell a factor best; higher is better.", 3),
    "dci_disentanglement": Measure(
        "DCI: disentanglement", "", "Does each dimension carry one factor? 1 is perfect.", 3
    ),
    "dci_completeness": Measure("DCI: completeness", "", "Is each factor carried by one dimension? 1 is perfect.", 3),
    "dci_informativeness": Measure("DCI: informativeness", "", "Accuracy at telling factors from all dimensions.", 3),
    "factorvae_score": Measure("FactorVAE score", "", "Share of votes for the right factor; 1 is perfect.", 3),
}


def rows(figures: Mapping[str, float]) -> list[tuple[str, str, str]]:
    """Return (title, number, sentence) for each figure that the table knows, in its order."""
    known = [(measure, figures[key]) for key, measure in TABLE.items() if key in figures]
    return [(measure.title, f"{value:,.{measure.digits}f}", measure.about) for measure, value in known]
