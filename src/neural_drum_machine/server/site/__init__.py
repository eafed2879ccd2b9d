"""The page as a static folder: the engine in the browser answers in the server's place."""

from neural_drum_machine.server.site.site import Site, engine_files, write_site

__all__ = ["Site", "engine_files", "write_site"]
