"""Weight files are read, and nothing that they say is executed."""

from __future__ import annotations

import builtins
import os
import pickle
import struct
import subprocess
from collections import OrderedDict
from pathlib import Path
from typing import Any, Literal

import numpy as np
import paddle
import pytest

from paddlex_nb.core.errors import UserError
from paddlex_nb.weights.pickles import read_pdparams


def written(path: Path, value: Any, protocol: int = 4) -> Path:
    path.write_bytes(pickle.dumps(value, protocol=protocol))
    return path


class Calls:
    """Pickles to a call."""

    def __init__(self, function: Any, *arguments: Any) -> None:
        self._call = function, arguments

    def __reduce__(self) -> Any:
        return self._call


@pytest.mark.parametrize("protocol", [2, 3, 4])
def test_what_paddle_saves_is_read(tmp_path: Path, protocol: Literal[2, 3, 4]) -> None:
    net = paddle.nn.Sequential(paddle.nn.Conv2D(3, 4, 3), paddle.nn.BatchNorm2D(4))
    path = tmp_path / "w.pdparams"
    paddle.save(net.state_dict(), str(path), protocol=protocol)
    weights = read_pdparams(path)
    assert list(weights) == list(net.state_dict())
    for name, tensor in net.state_dict().items():
        np.testing.assert_array_equal(weights[name], tensor.numpy())
        assert weights[name].flags.writeable


@pytest.mark.parametrize("protocol", [0, 2, 4, 5])
def test_plain_arrays_of_every_protocol_and_layout(tmp_path: Path, protocol: int) -> None:
    arrays = {
        "c": np.arange(6, dtype=np.float32).reshape(2, 3),
        "fortran": np.asfortranarray(np.arange(6.0).reshape(2, 3)),
        "big": np.arange(3, dtype=">i4"),
        "scalar": np.array(2.5, np.float16),
        "empty": np.zeros((0, 3), np.int64),
        "flag": np.array([True, False]),
    }
    weights = read_pdparams(written(tmp_path / "w", OrderedDict(arrays), protocol))
    for name, array in arrays.items():
        np.testing.assert_array_equal(weights[name], array)
        assert weights[name].dtype.isnative


def test_nested_state_and_named_parameters(tmp_path: Path) -> None:
    value = {"model": {"w": ("linear_0.w_0", np.ones(2))}, "epoch": 3, "optimizer": {"m": [1]}}
    assert list(read_pdparams(written(tmp_path / "w", value))) == ["w"]


def test_the_real_mobilenet_weights(shared_data: Path) -> None:
    weights = read_pdparams(shared_data / "weights" / "mobilenet_v2_imagenet.pdparams")
    assert len(weights) == 262
    assert weights["features.0.0.weight"].shape == (32, 3, 3, 3)


EVIL: dict[str, Any] = {
    "system": Calls(os.system, "touch {marker}"),
    "eval": Calls(builtins.eval, "open({marker!r}, 'w')"),
    "exec": Calls(builtins.exec, "open({marker!r}, 'w')"),
    "popen": Calls(subprocess.Popen, ["touch", "{marker}"]),
    "getattr": Calls(getattr, "x", "join"),
    "load": Calls(np.load, "{marker}"),
    "object array": np.array([{}], dtype=object),
    "record": np.zeros(1, dtype=[("a", "f4")]),
    "text": np.array(["x"]),
    "path": Path("x"),
}


def with_marker(evil: Any, marker: Path) -> Any:
    if not isinstance(evil, Calls):
        return evil
    function, arguments = evil._call
    fill = {"marker": str(marker)}
    return Calls(
        function,
        *(
            [p.format(**fill) for p in a] if isinstance(a, list) else a.format(**fill)
            for a in arguments
        ),
    )


@pytest.mark.parametrize("name", EVIL)
def test_everything_else_is_refused(tmp_path: Path, name: str) -> None:
    marker = tmp_path / "executed"
    path = written(tmp_path / "w", {"good": np.ones(2), "evil": with_marker(EVIL[name], marker)})
    with pytest.raises(UserError) as error:
        read_pdparams(path)
    assert error.value.code in {"training.weights_execute", "core.file_damaged"}
    assert str(path) in str(error.value)
    assert not marker.exists()


def test_the_forbidden_thing_is_named(tmp_path: Path) -> None:
    path = written(tmp_path / "w", {"a": Calls(os.system, "true")})
    with pytest.raises(UserError, match=r"posix\.system"):
        read_pdparams(path)


def raw(*operations: bytes) -> bytes:
    return b"\x80\x02" + b"".join(operations) + b"."


def stolen(module: str, name: str) -> bytes:
    return b"c" + f"{module}\n{name}\n".encode()


@pytest.mark.parametrize(
    "data",
    [
        # set attributes of what the reader hands out
        raw(
            stolen("numpy.core.multiarray", "_reconstruct"),
            b"N}X\x04\x00\x00\x00\x5f\x5f\x61\x62K\x01s\x86b",
        ),
        raw(stolen("numpy", "ndarray"), b"}X\x01\x00\x00\x00aK\x01sb"),
        # an array whose bytes are fewer than its shape, or whose type is no number
        raw(
            stolen("numpy.core.multiarray", "_reconstruct"),
            b")R(K\x01(M\xff\x7ft",
            stolen("numpy", "dtype"),
            b"X\x02\x00\x00\x00f4\x85R\x89C\x04abcdtb",
        ),
        raw(stolen("numpy", "dtype"), b"X\x03\x00\x00\x00O8,\x85R"),
        raw(stolen("numpy", "dtype"), b"X\x08\x00\x00\x00(9,9,9)f\x85R"),
        # a memo entry far out, a length far beyond the file, recursion
        raw(b"Nr" + struct.pack("<I", 2**31 - 1)),
        b"\x80\x04\x8e" + struct.pack("<Q", 2**62) + b"x.",
        raw(b"(" * 100_000 + b"t" * 100_000),
        raw(b"P1\n"),
        b"not a pickle",
        b"",
        b"\x80\x04}",
    ],
)
def test_made_up_and_torn_files_give_a_sentence(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "w"
    path.write_bytes(data)
    with pytest.raises(UserError) as error:
        read_pdparams(path)
    assert error.value.code in {"core.file_damaged", "training.no_tensors"}


def test_a_file_without_tensors_and_a_missing_one(tmp_path: Path) -> None:
    with pytest.raises(UserError) as error:
        read_pdparams(written(tmp_path / "w", {"epoch": 3}))
    assert error.value.code == "training.no_tensors"
    with pytest.raises(UserError) as error:
        read_pdparams(tmp_path / "missing")
    assert error.value.code == "core.file_missing"
