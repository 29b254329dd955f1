"""The package's version, the only place in the code that has it."""

from importlib.metadata import PackageNotFoundError, version

try:
    __version__ = version("paddlex_nb")
except PackageNotFoundError:  # run from a source tree that is not installed
    __version__ = "0+source"
