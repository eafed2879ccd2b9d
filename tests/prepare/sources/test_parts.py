from neural_drum_machine.prepare.sources.parts import is_safe, safe_name


def test_only_paths_inside_a_folder_are_safe() -> None:
    assert [is_safe(p) for p in ("a/b", "..", "a/../b", "/a", "", "C:/a", "a\0b", "\\a")] == [
        True, False, False, False, False, False, False, False]  # fmt: skip


def test_names_are_changed_so_that_every_system_can_store_them() -> None:
    assert safe_name('a: b/c?"<x>|.wav') == "a_ b/c___x__.wav"
    assert safe_name("a\udcff/b. ") == "a_xff/b"
