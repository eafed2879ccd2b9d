import json
import os
import subprocess
import sys
import threading

import numpy as np
import pytest
import soundfile
from tests.support.models import altered, contents, without_exemplars
from tests.support.sounds import tone

import neural_drum_machine as ndm
from neural_drum_machine.detail.noise import noise_take
from neural_drum_machine.errors import BundleError, ControlError
from neural_drum_machine.signal.hit import make_hit
from neural_drum_machine.signal.sound_file import read_comment


def test_same_controls_same_samples(small_machine, small_bundle):
    one = small_machine.render("kick", (0.5, 0.0, -1.0), seed=3)
    two = ndm.load(small_bundle).render("kick", (0.5, 0.0, -1.0), seed=3)
    np.testing.assert_array_equal(one.samples, two.samples)
    others = [
        small_machine.render("snare", (0.5, 0.0, -1.0), seed=3),
        small_machine.render("kick", (0.5, 0.0, 1.0), seed=3),
        small_machine.render("kick", (0.5, 0.0, -1.0), seed=4),
        small_machine.render("kick", (0.5, 0.0, -1.0)),
        small_machine.render("kick"),
    ]
    assert all(not np.array_equal(one.samples, other.samples) for other in others)


def test_samples_are_of_the_rate_and_normalised(small_machine):
    for category in ("tom", "kick"):
        sound = small_machine.render(category, seed=0)
        # At most twice the core's samples, but for what comes before 0.5 ms before the onset.
        assert 2000 < len(sound.samples) <= 2 * 4095 - 234
        assert sound.samples.dtype == np.float32
        assert np.abs(sound.samples).max() == pytest.approx(1.0)
        assert sound.sr == small_machine.sr == 44100
        assert len(sound.samples) <= small_machine.n_samples


@pytest.mark.parametrize(("category", "take"), [("snare", 0), ("kick", 3), ("tom", 0)])
def test_a_sound_is_recalled_from_its_file(small_machine, tmp_path, category, take):
    sound = small_machine.render(category, seed=9, take=take)
    sound.write(tmp_path / "a.wav")
    facts = json.loads(read_comment(tmp_path / "a.wav"))
    assert facts["model"] == small_machine.hash
    assert (facts["category"], facts["seed"]) == (category, 9)
    assert ("exemplars" in facts) == (category != "tom")
    again = small_machine.render_code(
        facts["category"], facts["code"], take=facts["take"], exemplars=facts.get("exemplars", ())
    )
    np.testing.assert_array_equal(again.code, sound.code)
    np.testing.assert_array_equal(again.samples, sound.samples)
    assert again.recordings == sound.recordings
    samples, sr = soundfile.read(tmp_path / "a.wav", dtype="int16")
    assert sr == 44100
    np.testing.assert_allclose(samples / 32768, sound.samples, atol=4e-5)


def test_files_of_one_seed_are_equal_byte_by_byte(small_machine, tmp_path):
    for name in ("a.wav", "b.wav"):
        small_machine.render("kick", seed=1).write(tmp_path / name)
    assert (tmp_path / "a.wav").read_bytes() == (tmp_path / "b.wav").read_bytes()


def test_numpys_whole_numbers_are_seeds(small_machine, tmp_path):
    small_machine.render("kick", seed=np.int64(1)).write(tmp_path / "a.wav")
    small_machine.render("kick", seed=1).write(tmp_path / "b.wav")
    assert (tmp_path / "a.wav").read_bytes() == (tmp_path / "b.wav").read_bytes()


def test_sound_is_cut_where_the_mask_says(small_machine):
    mel = np.random.default_rng(3).random((64, 64)).astype(np.float32) * 3
    waveform, logits = (out[:4095] for out in small_machine.networks.mcnn(mel))
    assert (logits > 0).any()
    assert (logits <= 0).any()
    np.testing.assert_array_equal(
        small_machine.with_inverter("mcnn").invert(mel),
        np.where(logits > 0, waveform, np.float32(0)),
    )


def test_silent_mel_gives_exact_silence(small_machine):
    assert not small_machine.invert(np.zeros((64, 64), np.float32)).any()


def test_concurrent_renders_equal_serial_ones(small_bundle):
    machine = ndm.load(small_bundle)
    jobs = [(c, seed) for seed in range(4) for c in ("kick", "snare", "tom")]
    alone = ndm.load(small_bundle)
    serial = [alone.render(c, seed=s).samples for c, s in jobs]
    results: dict[int, np.ndarray] = {}

    def work(start: int) -> None:
        for i in range(start, len(jobs), 4):
            results[i] = machine.render(jobs[i][0], seed=jobs[i][1]).samples

    threads = [threading.Thread(target=work, args=(i,)) for i in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for i, expected in enumerate(serial):
        np.testing.assert_array_equal(results[i], expected)


def test_reconstruction_encodes_and_decodes(small_machine):
    hit = make_hit(tone(60, 0.18), 22050, small_machine.spec)
    sound = small_machine.reconstruct(hit, "kick")
    code = small_machine.encode(hit, "kick")
    np.testing.assert_array_equal(sound.samples, small_machine.render_code("kick", code).samples)
    guessed = small_machine.reconstruct(hit)
    assert guessed.category == small_machine.guess_category(hit)
    assert guessed.category in small_machine.categories


def test_bad_requests_are_refused(small_machine):
    with pytest.raises(ControlError, match="unknown category 'cowbell'"):
        small_machine.render("cowbell")
    with pytest.raises(ControlError, match="8 finite numbers"):
        small_machine.render_code("kick", np.zeros(7))
    with pytest.raises(ControlError, match="finite"):
        small_machine.render_code("kick", np.full(8, np.nan))


def test_model_of_fewer_categories_names_them(small_machine, tmp_path):
    bundle, few = small_machine.bundle, tmp_path / "few.ndm"
    _, tensors = contents(bundle)
    all_of_them = len(bundle.categories)
    picked = [bundle.categories.index(category) for category in ("snare", "kick")]
    told = list(range(bundle.latent_dim)) + [bundle.latent_dim + i for i in picked]
    two = {
        name: values[picked] if len(values) == all_of_them else values
        for name, values in tensors.items()
        if not name.startswith("exemplars.")
    }
    two["decoder.enter.weight"] = tensors["decoder.enter.weight"][:, told]
    sizes = {**bundle.header["generator"], "num_categories": 2}
    changes = {"categories": ["snare", "kick"], "generator": sizes}
    without_exemplars(bundle, few, tensors=two, **changes)
    machine = ndm.load(few)
    with pytest.raises(ControlError, match="no 'tom', only snare, kick"):
        machine.render("tom")
    code = small_machine.render("kick").code
    here, there = (each.render_code("kick", code).samples for each in (machine, small_machine))
    np.testing.assert_allclose(here, there, atol=1e-4)
    # Exemplars of categories that it does not have are refused.
    altered(bundle, few, tensors=two, **changes)
    with pytest.raises(BundleError, match=r"exemplars of .*closed_hihat"):
        ndm.load(few)


def test_covariances_must_be_positive(small_machine, tmp_path):
    bad = {"codes.covariance": -small_machine.bundle.tensor("codes.covariance")}
    path = altered(small_machine.bundle, tmp_path / "bad.ndm", tensors=bad)
    with pytest.raises(BundleError, match="not positive"):
        ndm.load(path)


def test_another_inverter_shares_the_networks(small_machine):
    other = small_machine.with_inverter("mcnn")
    assert other.networks is small_machine.networks
    assert (small_machine.inverter, other.inverter) == ("refined", "mcnn")
    direct = ndm.load(small_machine.bundle.path, inverter="mcnn").render("kick", seed=3)
    np.testing.assert_array_equal(other.render("kick", seed=3).samples, direct.samples)
    with pytest.raises(ControlError, match="wavenet"):
        small_machine.with_inverter("wavenet")


def test_axes_have_the_names_of_the_model_file(small_machine, tmp_path):
    names = {"kick": ["darker – brighter", "", "shorter – longer"]}
    path = tmp_path / "a.ndm"
    machine = ndm.load(altered(small_machine.bundle, path, controls={"axis_names": names}))
    assert machine.axis_names("kick") == ("darker – brighter", "", "shorter – longer")
    assert machine.axis_names("tom") == ("", "", "")
    with pytest.raises(ControlError, match="gong"):
        machine.axis_names("gong")


def test_takes_are_the_same_drum_with_other_noise(small_machine):
    one, same, other = (small_machine.render("snare", seed=3, take=t) for t in (0, 0, 5))
    np.testing.assert_array_equal(one.samples, same.samples)
    assert not np.array_equal(one.samples, other.samples)
    np.testing.assert_array_equal(one.code, other.code)
    for one in (5, np.int64(5)):
        recipe = json.loads(small_machine.render("snare", seed=3, take=one).comment())
        assert recipe["take"] == 5
    for bad in (-1, 64, 1.5, True):
        with pytest.raises(ControlError, match="take must be a whole number from 0 to 63"):
            small_machine.render("kick", take=bad)


def test_partials_and_noise_are_added_where_the_model_says(small_machine, tmp_path):
    machine, index = small_machine, small_machine.index("closed_hihat")
    code = machine.controls.prior.sample(index, 1)
    decoded = machine.decode(code[None], np.array([index]))[0]
    played = machine.spectrogram(code, index)
    amount = machine.detail.grain.amount(code, index)
    assert 0 <= amount.min() < amount.max() <= 1
    pattern = machine.detail.partials.pattern(code, index)
    assert pattern.std() > 0.01
    eps = machine.spec.log_eps
    jumps = noise_take(machine.spec, 0).jumps
    sounding = played > 0
    np.testing.assert_allclose(
        np.log(played + eps)[sounding],
        (np.log(decoded + eps) + pattern[:, None] + amount * jumps)[sounding],
        atol=1e-3,
    )
    # Another hit has other noise and the same partials.
    other = machine.spectrogram(code, index, take=5)
    jumps = noise_take(machine.spec, 5).jumps
    sounding &= other > 0
    np.testing.assert_allclose(
        np.log(other + eps)[sounding],
        (np.log(decoded + eps) + pattern[:, None] + amount * jumps)[sounding],
        atol=1e-3,
    )
    # A model that knows nothing of either plays what it decodes.
    both = ["texture.weights", "partials.weights"]
    plain = ndm.load(altered(machine.bundle, tmp_path / "a.ndm", without=both))
    assert plain.detail.grain is None
    assert plain.detail.partials is None
    np.testing.assert_array_equal(plain.spectrogram(code, index), decoded)


def test_safe_to_wild(small_machine):
    for category in ("kick", "tom"):
        safe, usual, wild = (small_machine.draw(category, 2, w)[0] for w in (0, 1, 2))
        np.testing.assert_allclose(wild - safe, 2 * (usual - safe), atol=1e-4)
        assert np.abs(usual - safe).max() > 0.01
    np.testing.assert_array_equal(safe, small_machine.render("tom").code)
    for bad in (-0.1, 2.1, float("nan"), "much"):
        with pytest.raises(ControlError, match="wild must lie between 0 and 2"):
            small_machine.render("kick", seed=2, wild=bad)


def test_the_bytes_of_the_file_can_be_released_when_everything_is_loaded(small_bundle):
    machine = ndm.load(small_bundle)
    before = machine.render("kick", seed=1)
    machine.bundle.release()
    np.testing.assert_array_equal(machine.render("kick", seed=1).samples, before.samples)
    # A network that was not used yet is read from the file.
    machine.with_inverter("mcnn").render("kick", seed=1)


def test_making_a_sound_leaves_nothing_behind_and_calls_nobody(small_bundle, tmp_path):
    code = (
        "import socket, sys\n"
        "socket.socket.connect = None\n"
        "import neural_drum_machine as ndm\n"
        "ndm.load(sys.argv[1]).render('kick')\n"
    )
    places = {name: str(tmp_path) for name in ("HOME", "TMPDIR", "XDG_CACHE_HOME")}
    run = subprocess.run(
        [sys.executable, "-c", code, small_bundle],
        env={**os.environ, **places},
        check=True,
        capture_output=True,
    )
    assert run.stderr == b""
    assert list(tmp_path.rglob("*")) == []
