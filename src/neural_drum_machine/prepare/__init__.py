"""From folders of samples to a dataset that training maps into memory.

:mod:`.pipeline` runs the steps:

1. :mod:`.sources` downloads openly licensed sounds (a command of its own).
2. :mod:`.recordings` finds files, decodes them, removes copies and splits them by kit.
3. :mod:`.labelling` finds the category of each: from the user, a manifest, names, or the sound.
4. :mod:`.derived` plans and renders further sounds: augmented recordings and synthesised drums.
5. :mod:`.rendering`, :mod:`.writing`, :mod:`.report` and :mod:`.finish` render and write
   the dataset.

:mod:`.pack` puts a dataset's recordings into one file, for another machine.
"""

MIN_CONFIDENCE = 0.7
"""The classifier labels a sound without a telling name if it is at least this sure."""
MAX_PER_CATEGORY = 100_000
"""Most sounds of a category: the names of derived sounds have five digits."""
