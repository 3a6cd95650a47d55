"""Stand-ins for packages that a trainer imports and its parser does not need: torch, triton, transformers.

stand_in_for("torch", "megatron.core.ssm.ops") makes these importable, with everything below them. Whatever is taken from
one is a class of its own, which can be called, subclassed, used as a decorator or as a type, and does nothing.
"""
import importlib.abc
import importlib.machinery
import sys
import types


class Kind(type):
    def __getattr__(cls, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return made(name)

    def __getitem__(cls, _):
        return cls

    def __iter__(cls):
        return iter(())


class StandIn(metaclass=Kind):
    def __new__(cls, *args, **kwargs):
        decorates = len(args) == 1 and not kwargs and callable(args[0])
        if decorates and cls.__init__ is StandIn.__init__:
            return args[0]
        return object.__new__(cls)

    def __init__(self, *args, **kwargs):
        pass

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return made(name)

    def __call__(self, *args, **kwargs):
        return args[0] if len(args) == 1 and not kwargs and callable(args[0]) else made("called")()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        return False

    def __iter__(self):
        return iter(())

    def __bool__(self):
        return False


def made(name):
    return Kind(name, (StandIn,), {})


class Module(types.ModuleType):
    __path__ = []
    __version__ = "2.6.0"

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return made(name)


class Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    def __init__(self, names):
        self.names = names

    def find_spec(self, name, path=None, target=None):
        if any(name == each or name.startswith(each + ".") for each in self.names):
            return importlib.machinery.ModuleSpec(name, self, is_package=True)
        return None

    def create_module(self, spec):
        return Module(spec.name)

    def exec_module(self, module):
        pass


def stand_in_for(*names):
    sys.meta_path.insert(0, Finder(names))
