"""The whole chain: a real run becomes a bundle that the reader's network takes; a spoiled graph is refused."""

import json
import os
import shutil
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import onnxruntime
import pytest

pytest.importorskip("keras")
onnx = pytest.importorskip("onnx")
