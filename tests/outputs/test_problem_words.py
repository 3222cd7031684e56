"""Every code that the source gives a data issue has Chinese words."""

import ast
from pathlib import Path

import pytest

import geoenforce
from geoenforce.outputs.problem_words import problem_in_words

_MAKERS = ("Problem", "leave_out", "note", "without", "issue", "_issue")
_STAGES = ("inputs", "violations", "patrols", "accountability", "pipeline")


def is_code(node):
    return isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.replace("_", "").isalnum()


def codes_in(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if name in _MAKERS:
                yield from (one.value for one in node.args[:2] if is_code(one) and one.value.islower())
        if isinstance(node, ast.Dict):
            pairs = zip(node.keys, node.values, strict=True)
            yield from (
                value.value for key, value in pairs if is_code(key) and key.value == "problem" and is_code(value)
            )


def codes():
    package = Path(geoenforce.__file__).parent
    files = [file for stage in _STAGES for file in (package / stage).rglob("*.py")]
    found = {code for file in files for code in codes_in(ast.parse(file.read_text(encoding="utf-8")))}
    return sorted(found - {"str", "tracks"})  # a type and a kind of layer that stand beside the codes


def test_many_codes_were_found():
    assert {"zero_area", "outside_townships", "ratio_not_computable", "datum_gcj02_suspected"} <= set(codes())
    assert len(codes()) > 50


@pytest.mark.parametrize("code", codes())
def test_the_code_has_words(code):
    assert problem_in_words(code, "zh") != code
    assert problem_in_words(code, "zh").endswith(f"（{code}）")
