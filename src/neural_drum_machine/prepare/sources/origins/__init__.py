"""Where sources come from: Debian packages, git repositories, and packs of their files."""
