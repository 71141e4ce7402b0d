"""Meet a variational autoencoder: train it, see its latent space as a map, move through it live."""

__version__ = "0.1.0"
