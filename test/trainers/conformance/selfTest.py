"""What the stand-ins promise, with packages that are nowhere installed."""
from standIns import stand_in_for

stand_in_for("nowhere")
import nowhere.deep.module as deep  # noqa: E402
from nowhere import Thing, decorate  # noqa: E402


@decorate
def kept():
    return 7


@decorate(option=1)
def kept_too():
    return 8


class Derived(Thing):
    def __init__(self, size):
        self.size = size


assert kept() == 7 and kept_too() == 8
assert Derived(3).size == 3
assert not isinstance(3, deep.Kind) and isinstance(deep.Kind(), object)
with deep.context() as inside:
    assert inside.attribute.further() is not None
try:
    import not_stood_in_for  # noqa: F401
except ModuleNotFoundError:
    print("ok")
