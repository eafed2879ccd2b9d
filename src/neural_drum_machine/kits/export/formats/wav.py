"""A folder of WAV files, named as people name them."""

from neural_drum_machine.kits.export.job import Job
from neural_drum_machine.kits.export.sample_files import write_samples
from neural_drum_machine.kits.rendered import RenderedKit


def write(kit: RenderedKit, job: Job) -> list[str]:
    """Write the files; return what is not carried."""
    write_samples(kit, job.folder, job)
    choked = any(voice.choke for voice in kit.voices)
    return ["WAV files hold no notes, no velocities and no choke groups."] if choked else []
