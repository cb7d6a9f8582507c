"""The one-way rule: config < persistence < projections < actors < tools; tests see all, nothing sees tests."""

_LAYERS = ["config", "persistence", "projections", "actors", "tools"]

def from_layer(name):
    """Visibility of a target of layer `name`: that layer, the layers above it, the tests and the root package."""
    above = _LAYERS[_LAYERS.index(name):] + ["tests"]
    return ["//:__pkg__"] + ["//%s:__subpackages__" % layer for layer in above]
