"""Loads `.keras` files of any origin, and names the files of other forms with what turns them into one."""

from pathlib import Path

import keras

from inkdigits.errors import BundleError

__all__ = ["load_keras_file", "refuse_other_files"]

_HDF5_MAGIC = b"\x89HDF\r\n\x1a\n"
_UNSAFE = "unsafe_deserialization"  # the function that Keras names when it refuses to run a file's code
_TO_ONNX = "save it as ONNX: torch.onnx.export(model, torch.zeros(1, 1, 28, 28), 'own.onnx', dynamic_axes={{0: [0]}})"
_RESAVE = (
    "save it again: python -c \"import keras; keras.models.load_model('{path}', compile=False).save('own.keras')\""
)
# ending -> what such a file is, and the cure; the first that fits counts
_OTHERS = {
    ".weights.h5": (
        "the weights of a Keras network without the network",
        "build the network, load_weights('{path}'), then model.save('own.keras')",
    ),
    ".h5": ("a network of old Keras (HDF5)", _RESAVE),
    ".hdf5": ("a network of old Keras (HDF5)", _RESAVE),
    ".pt": ("a PyTorch file", _TO_ONNX),
    ".pth": ("a PyTorch file", _TO_ONNX),
    ".tflite": ("a LiteRT network", "give the .keras file that it was made from"),
    ".pkl": ("a pickle, which could run any code", "save a Keras network with model.save('own.keras')"),
    ".joblib": ("a pickle, which could run any code", "save a Keras network with model.save('own.keras')"),
}
_SAVED_MODEL = (
    "a SavedModel of TensorFlow",
    "convert it: python -m tf2onnx.convert --saved-model '{path}' --output own.onnx",
)


def refuse_other_files(path: Path) -> None:
    """Refuse a file or folder of a form that is not read, by its name, with the cure.

    Args:
        path: What the user named; it need not exist.

    Raises:
        BundleError: It is an old Keras file, weights alone, a SavedModel, or a file of another library.
    """
    found = next((told for ending, told in _OTHERS.items() if path.name.lower().endswith(ending)), None)
    if (path / "saved_model.pb").is_file() or path.name == "saved_model.pb":
        path, found = path if path.is_dir() else path.parent, _SAVED_MODEL
    if found is None and path.suffix == ".keras" and _is_hdf5(path):
        found = _OTHERS[".h5"]
    if found is not None:
        kind, cure = found
        msg = f"{path}: expected a .keras or .onnx file, a run or a bundle, found {kind}; {cure.format(path=path)}"
        raise BundleError(msg)


def load_keras_file(file: Path, *, allow_code: bool = False) -> keras.Model:
    """Load a network from a `.keras` file.

    Args:
        file: The file.
        allow_code: Whether a Lambda layer in it may run its code, which can do anything that you can.

    Raises:
        BundleError: It is missing or damaged, has a layer that Keras does not know, or has code that may not run.
    """
    try:
        return keras.saving.load_model(file, compile=False, safe_mode=not allow_code)
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        if _UNSAFE in str(error):
            why = "a Lambda layer, whose code would run on this machine"
            cure = "replace it with layers of Keras, or add --allow-code if you trust the file"
            msg = f"{file}: expected a network of layers alone, found {why}; {cure}"
        elif "Could not locate class" in str(error):
            name = str(error).partition("'")[2].partition("'")[0]
            cure = "export it in Python, where the class is known: export_model(model, name)"
            msg = f"{file}: expected layers of Keras, found {name or 'another one'}; {cure}"
        else:
            first_line = str(error).splitlines()[0]
            msg = f"{file}: expected a Keras model with an input shape, {first_line}; save it again with model.save"
        raise BundleError(msg) from error


def _is_hdf5(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return file.read(len(_HDF5_MAGIC)) == _HDF5_MAGIC
    except OSError:
        return False
