"""What a drawing of a network says: the layers, shapes and numbers of weights of every model of the menus."""

import json
from itertools import product
from math import prod

import pytest
import torch

from explorer import catalog
from explorer.blueprint import blueprint
from explorer.catalog import Choice
from explorer.spec import Spec
from explorer.vae import VAE

MENUS = [catalog.names(kind) for kind in ("likelihoods", "objectives")]


def of(shape=(1, 28, 28), latent=2, **chosen):
    choices = {
        name: value if isinstance(value, Choice | bool | int) else Choice(value) for name, value in chosen.items()
    }
    return blueprint(Spec(shape, latent, **choices))


def lines(layers):
    return [", ".join([each["kind"], *each["then"]]) + f": {' × '.join(map(str, each['shape']))}" for each in layers]


@pytest.mark.parametrize("network", catalog.names("networks"))
@pytest.mark.parametrize("conditional", [False, True])
def test_the_parts_of_every_model_add_up_to_it(network, conditional):
    for likelihood, objective in product(*MENUS):
        spec = Spec((3, 20, 12), 5, network=Choice(network), likelihood=Choice(likelihood),
                    objective=Choice(objective), conditional=conditional, classes=7)  # fmt: skip
        found = json.loads(json.dumps(blueprint(spec)))
        with torch.device("meta"):
            model = VAE(spec)
        assert found["total"] == sum(found["weights"].values()) == sum(each.numel() for each in model.parameters())
        heads = sum(each["weights"] for each in found["heads"].values())
        drawn = {half: sum(each["weights"] for each in found[half]) for half in ("encoder", "decoder")}
        assert found["weights"]["encoder"] == drawn["encoder"] + heads
        assert found["weights"]["decoder"] == drawn["decoder"]
        assert found["decoder"][-1]["shape"] == found["shape"] == [3, 20, 12]
        assert [each["shape"] for each in found["heads"].values()] == [[5], [5]]
        assert found["stochastic"] == (objective != "ae")
        assert found["classes"] == 7 * conditional
        assert (found["discriminator"] > 0) == (objective == "factor")
        assert all(prod(each["shape"]) > 0 and each["kind"] for each in found["encoder"] + found["decoder"])


def test_a_convolutional_network_layer_by_layer():
    found = of(network="conv")
    assert lines(found["encoder"]) == [
        "convolution 3 × 3, stride 2, SiLU: 16 × 14 × 14",
        "convolution 3 × 3, stride 2, SiLU: 32 × 7 × 7",
        "fully connected, SiLU: 256",
    ]
    assert lines(found["heads"].values()) == ["fully connected: 2", "fully connected: 2"]
    assert lines(found["decoder"]) == [
        "fully connected, SiLU: 256",
        "fully connected, SiLU: 32 × 7 × 7",
        "enlarged to 14 × 14, convolution 3 × 3, SiLU: 16 × 14 × 14",
        "enlarged to 28 × 28, convolution 3 × 3: 1 × 28 × 28",
    ]
    assert found["encoder"][0]["weights"] == 16 * 9 + 16


@pytest.mark.parametrize(
    ("network", "encoder"),
    [
        (Choice("mlp", {"depth": 2, "activation": "relu"}), ["fully connected, ReLU: 512"] * 2),
        (Choice("resmlp"), ["fully connected: 512", "residual block, layer norm, SiLU: 512"]),
        (Choice("resnet"), [
            "convolution 3 × 3, stride 2: 16 × 14 × 14", "residual block: 16 × 14 × 14",
            "convolution 3 × 3, stride 2: 32 × 7 × 7", "residual block, group norm, SiLU: 32 × 7 × 7",
            "fully connected, SiLU: 256",
        ]),
    ],
)  # fmt: skip
def test_the_other_networks(network, encoder):
    assert lines(of(network=network)["encoder"]) == encoder


def test_the_weights_of_norms_belong_to_the_layer_before():
    linear, block = of(network="resmlp")["encoder"]
    assert linear["weights"] == 784 * 512 + 512
    assert block["weights"] == 2 * (512 * 512 + 512) + 2 * 512 + 2 * 512


def test_a_class_is_one_more_channel_and_more_inputs_of_the_decoder():
    found = of(network=Choice("mlp"), conditional=True, classes=10)
    assert found["weights"]["class"] == 10 * 784
    assert found["encoder"][0]["weights"] == 2 * 784 * 512 + 512
    assert found["decoder"][0]["weights"] == 12 * 512 + 512


def test_a_likelihood_may_have_weights_of_its_own():
    learned = of(likelihood=Choice("gaussian", {"sigma": "learned"}))
    assert learned["weights"]["likelihood"] == 1
    assert learned["likelihood"]["name"] == "gaussian"
    assert learned["likelihood"]["about"].startswith("each pixel is normal")


def test_the_largest_network_takes_no_memory():
    found = of((3, 1024, 1024), 512, network=Choice("mlp", {"width": 8192, "depth": 8}))
    assert found["total"] > 50_000_000_000


def test_a_model_that_cannot_be_built_says_why():
    with pytest.raises(ValueError, match="at least two classes"):
        of(conditional=True)
