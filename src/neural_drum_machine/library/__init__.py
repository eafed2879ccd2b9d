"""A library of the user's own samples: indexed once, then found by sound.

:mod:`.adding` reads folders into a database (:mod:`.database`, :mod:`.tables`). :mod:`.library`
answers questions about it; :mod:`.nearness` says which sounds are near each other, :mod:`.ranges`
which values are asked for, :mod:`.snapshot` searches. :mod:`.twins` finds copies. :mod:`.layout`
draws a map, and :mod:`.map_page` writes it as a page.

Whatever answers questions knows nothing of datasets, so that a server may use it.
"""
