"""How the category of a sound is found.

Four sources, the strongest first:

1. the user's labels file, ``unsure.csv`` with the categories filled in (:mod:`.labels_file`);
2. a ``manifest.csv`` beside the sounds (:mod:`neural_drum_machine.prepare.recordings.manifest`);
3. the names of the file, of its folders and of the source (:mod:`.path_names`). :mod:`.tokens` and
   :mod:`.words` find the words of :mod:`.vocabulary` in a name; :mod:`.neighbours` knows what the
   other names of a folder add; :mod:`.kit_names` and :mod:`.layers` read the kit, the velocity
   layer and the round robin from the same names;
4. the sound itself, heard by a small network (:mod:`.classifier`), where no name tells.

A sound whose names contradict each other, or about which the network is not sure, goes to
``unsure.csv``, for the user to label.
"""
