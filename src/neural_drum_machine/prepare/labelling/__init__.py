"""How the category of a sound is found.

Four sources, the strongest first:

1. the user's labels file, ``unsure.csv`` with the categories filled in (:mod:`.labels_file`);
2. a ``manifest.csv`` beside the sounds (:mod:`neural_drum_machine.prepare.recordings.manifest`);
3. the names of the file and its folders (:mod:`.path_names`), whose words :mod:`.words` finds in
   the lists of :mod:`.vocabulary`;
4. the sound itself, heard by a small network (:mod:`.classifier`), where no name tells.

A sound about which the network is not sure goes to ``unsure.csv``, for the user to label.
"""
