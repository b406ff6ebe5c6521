"""Encoding by Ray on two nodes of one machine: the index is the same as without."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from cli import main
from index.generations import IndexPaths
from index.opening import open_index
from models.encoder import load_encoder
from tests.conftest import ROOT, SAMPLE

pytestmark = [pytest.mark.models, pytest.mark.long]

TWO_NODES = """
import sys, os
os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
from pathlib import Path
import numpy as np
from ray.cluster_utils import Cluster
import index.build
import index.spreading
from index.spreading import RayCluster
from models.encoder import load_encoder
nodes = Cluster(initialize_head=True, head_node_args={"num_cpus": 1, "include_dashboard": False})
nodes.add_node(num_cpus=1)
index.build._WINDOW = 8  # so that there is something to spread
notes = sys.argv[3]

class Noted(index.spreading._Encode):
    def __call__(self, batch):
        import ray, time
        with open(notes, "a") as file:
            file.write(ray.get_runtime_context().get_node_id() + "\\n")
        time.sleep(0.5)  # so that no worker takes all before the other has begun
        return super().__call__(batch)

index.spreading._Encode = Noted
encoder = load_encoder()
report = index.build.build(Path(sys.argv[1]), [Path(sys.argv[2])], encoder, progress=False,
                           means=index.build.Means(cluster=RayCluster(nodes.address, "bundled", encoder)))
import ray
ray.shutdown()
print(report.encoded)
"""


def test_two_workers_give_the_index_of_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("ray")
    import index.build as building

    command = [sys.executable, "-c", TWO_NODES, str(tmp_path / "spread"), str(SAMPLE), str(tmp_path / "nodes")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr[-2000:]
    encoded = int(done.stdout.split()[-1])
    assert len(set((tmp_path / "nodes").read_text().split())) == 2, "both have encoded"
    monkeypatch.setattr(building, "_WINDOW", 8)
    report = building.build(tmp_path / "alone", [SAMPLE], load_encoder(), progress=False)
    assert report.encoded == encoded > 16
    spread, alone = (open_index(tmp_path / name, load_encoder()).folder.vectors for name in ("spread", "alone"))
    assert spread.numbers().tolist() == alone.numbers().tolist()
    rows = range(len(alone))
    import numpy as np

    at = np.array(rows, dtype=np.int64)
    assert float((spread.rows(at) * alone.rows(at)).sum(axis=1).min()) > 0.9999
    stores = [IndexPaths(tmp_path / name).require_current().store.read_bytes() for name in ("spread", "alone")]
    assert stores[0] == stores[1]


def test_no_cluster_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("ray")
    code = main(["index", str(SAMPLE), "--index", str(tmp_path / "index"), "--ray", "127.0.0.1:1"])
    assert code == 1
    assert "no cluster of Ray answers there" in capsys.readouterr().err
