import pytest
from tests.support.small import as_toml


@pytest.mark.slow
def test_a_run_prints_its_figures_and_is_not_overwritten(ndm, small_data, tmp_path):
    config = tmp_path / "c.toml"
    config.write_text(as_toml("mcnn", max_steps=2, steps_per_epoch=2))
    folders = ("--data", small_data.folder, "--out", tmp_path / "r")
    words = ["train", "mcnn", "--config", config, *folders]
    code, out, _ = ndm(*words, "--accelerator", "cpu", "--threads", 2)
    assert code == 0
    assert "step 2" in out
    assert "val/sc" in out
    assert "last.safetensors" in out
    code, _, err = ndm(*words)
    assert code == 1
    assert "use --resume" in err
