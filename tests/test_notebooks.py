"""The notebooks run from the first cell to the last, and are committed without what they print."""

from pathlib import Path
from tempfile import TemporaryDirectory

import nbformat
import pytest
from nbclient import NotebookClient
from traitlets.config import Config

FOLDER = Path(__file__).parents[1] / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))


def code_cells(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def test_there_are_notebooks():
    assert NOTEBOOKS


@pytest.mark.filterwarnings("ignore")  # of Jupyter's own parts; a warning in a cell is looked for below
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_runs_to_its_end_and_says_nothing_on_stderr(path, tmp_path, monkeypatch):
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    notebook = nbformat.read(path, as_version=4)

    resources = {"metadata": {"path": str(tmp_path)}}
    with TemporaryDirectory() as place:  # sockets here: five free ports may be taken before the kernel takes them
        sockets = Config(KernelManager={"transport": "ipc", "ip": f"{place}/kernel"})
        NotebookClient(notebook, timeout=600, startup_timeout=600, resources=resources, config=sockets).execute()

    outputs = [output for cell in code_cells(notebook) for output in cell.outputs]
    assert len(outputs) >= len(code_cells(notebook))
    assert [output["text"] for output in outputs if output.get("name") == "stderr"] == []


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_is_committed_without_outputs(path):
    notebook = nbformat.read(path, as_version=4)

    assert [cell.outputs for cell in code_cells(notebook) if cell.outputs] == []
    assert {cell.execution_count for cell in code_cells(notebook)} == {None}


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_speaks_chinese_and_english(path):
    notebook = nbformat.read(path, as_version=4)

    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            assert any("\u4e00" <= letter <= "\u9fff" for letter in cell.source)
            assert any("a" <= letter <= "z" for letter in cell.source)
