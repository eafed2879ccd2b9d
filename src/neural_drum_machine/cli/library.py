"""``ndm library``: add folders of samples, and find sounds among them."""

from pathlib import Path
from typing import Annotated

import typer

from neural_drum_machine.cli.common import Model
from neural_drum_machine.cli.library_map import draw
from neural_drum_machine.cli.library_text import line, path_fact, print_json
from neural_drum_machine.cli.printing import console, progress_bar, stages_bar
from neural_drum_machine.text import shown

app = typer.Typer(help="Index your own samples, and find them by sound.", no_args_is_help=True)

File = Annotated[
    Path | None,
    typer.Option("--library", metavar="FILE", help="The library. Default: your own."),
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON for scripts.")]
Count = Annotated[int, typer.Option("--count", help="Most sounds to print, 1 to 1000.")]
Category = Annotated[
    str | None, typer.Option("--category", help="Sounds of this category only, or other.")
]


@app.callback()
def _root() -> None:
    """Index your own samples, and find them by sound. Your files are never changed."""


@app.command()
def add(
    folders: Annotated[
        list[Path] | None,
        typer.Argument(metavar="[DIR]...", help="Folders of samples. None: read all again."),
    ] = None,
    library: File = None,
    model: Model = None,
    workers: Annotated[
        int | None, typer.Option(help="Number of processes; default: all cores.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Read folders of samples: only what is new or changed. A stopped run is continued.

    Example: ndm library add ~/Samples
    """
    from neural_drum_machine.library.adding.indexing import add as read

    if as_json:
        added = read(folders or (), library, model=model, workers=workers)
        print_json(
            {
                "sounds": added.sounds,
                "same": added.same,
                "left_out": added.left_out,
                "gone": added.gone,
                "unread": added.unread,
            }
        )
        return
    try:
        with stages_bar() as progress:
            added = read(folders or (), library, model=model, workers=workers, progress=progress)
    except KeyboardInterrupt:
        console.print("stopped; what was read is kept, and the same command goes on")
        raise typer.Exit(130) from None
    console.print(
        f"{added.sounds} sounds added, {added.same} files unchanged, {added.gone} gone, "
        f"{added.left_out} left out" + (" (why: ndm library status)" if added.left_out else "")
    )
    for reason in added.unread:
        console.print(f"not read: {reason}")


@app.command()
def near(
    sound: Annotated[str, typer.Argument(help="A sound file, or the number of a sound.")],
    count: Count = 12,
    category: Category = None,
    library: File = None,
    model: Model = None,
    as_json: Json = False,
) -> None:
    """Print the sounds that are most like one, nearest first.

    Example: ndm library near my-snare.wav --count 5
    """
    from neural_drum_machine.library.library import Library

    with Library.open(library) as opened:
        if sound.isdigit() and len(sound) < 19 and not Path(sound).exists():
            found = opened.near(int(sound), count, category)
        else:
            from neural_drum_machine.library.adding.measuring import measure_file

            point = measure_file(Path(sound), None if model is None else str(model)).near
            assert point is not None
            found = opened.near(point, count, category)
        if as_json:
            print_json(
                [{**e.as_dict(), "distance": away, **path_fact(opened, e.id)} for e, away in found]
            )
            return
        for entry, away in found:
            console.print(f"{away:5.2f}  {line(entry)}")


@app.command()
def find(
    category: Category = None,
    pitch: Annotated[str | None, typer.Option(help="Hz, such as 45..60; or low, high.")] = None,
    decay: Annotated[str | None, typer.Option(help="s, such as 0.3..; or short, long.")] = None,
    brightness: Annotated[
        str | None, typer.Option(help="Hz, such as ..2000; or dark, bright.")
    ] = None,
    attack: Annotated[str | None, typer.Option(help="s, such as ..0.01; or sharp, soft.")] = None,
    noisiness: Annotated[str | None, typer.Option(help="0 to 1; or pure, noisy.")] = None,
    loudness: Annotated[str | None, typer.Option(help="LUFS; or quiet, loud.")] = None,
    length: Annotated[str | None, typer.Option(help="s, such as ..1; or short, long.")] = None,
    count: Count = 100,
    library: File = None,
    as_json: Json = False,
) -> None:
    """Print the sounds with the values that you ask for.

    Example: ndm library find --category kick --pitch 45..60 --decay 0.3.. --brightness dark
    """
    from neural_drum_machine.library.library import Library

    asked = {
        "pitch": pitch,
        "decay": decay,
        "brightness": brightness,
        "attack": attack,
        "noisiness": noisiness,
        "loudness": loudness,
        "length": length,
    }
    wishes = {quality: text for quality, text in asked.items() if text is not None}
    with Library.open(library) as opened:
        entries, total = opened.find(wishes, category, count)
        if as_json:
            sounds = [{**entry.as_dict(), **path_fact(opened, entry.id)} for entry in entries]
            print_json({"total": total, "sounds": sounds})
            return
        for entry in entries:
            console.print(line(entry))
        if total > len(entries):
            console.print(f"{total - len(entries)} more; --count prints up to 1000")
        elif not total:
            console.print("no sound has all of these values; ask for wider ranges")


@app.command()
def duplicates(
    files: Annotated[
        bool, typer.Option("--files", help="Find files of the same bytes only, at once.")
    ] = False,
    library: File = None,
    as_json: Json = False,
) -> None:
    """Print sounds that are one: the same file, or the same hit in another form."""
    from neural_drum_machine.library.library import Library
    from neural_drum_machine.library.twins import find_twins

    with Library.open(library) as opened:
        if files or as_json:
            groups = find_twins(opened, files_only=files)
        else:
            with progress_bar("comparing") as progress:
                groups = find_twins(opened, progress=progress)
        if as_json:
            print_json(
                [
                    {
                        "same_file": group.same_file,
                        "sounds": [
                            {**e.as_dict(), **path_fact(opened, e.id)} for e in group.entries
                        ],
                    }
                    for group in groups
                ]
            )
            return
    for group in groups:
        console.print("the same file:" if group.same_file else "the same sound:")
        for entry in group.entries:
            console.print(f"  {line(entry)}")
    console.print(f"{len(groups)} sounds are there more than once")


app.command("map")(draw)


@app.command()
def forget(
    what: Annotated[str, typer.Argument(metavar="DIR|ID", help="A folder, or a sound's number.")],
    library: File = None,
) -> None:
    """Forget a folder or a sound. Your files stay as they are."""
    from neural_drum_machine.library.library import Library

    number = int(what) if what.isdigit() and len(what) < 19 and not Path(what).exists() else None
    with Library.open(library) as opened:
        count = opened.forget(what if number is None else number)
    console.print(f"{count} sounds forgotten; your files are where they were")


@app.command()
def status(library: File = None, as_json: Json = False) -> None:
    """Print what the library holds, and which files were left out."""
    from neural_drum_machine.library.library import Library

    with Library.open(library) as opened:
        found = opened.status()
    total = sum(found.categories.values())
    if as_json:
        print_json(
            {
                "file": str(found.path),
                "bytes": found.bytes,
                "sounds": total,
                "categories": found.categories,
                "doubtful": found.doubtful,
                "on_map": found.on_map,
                "folders": found.roots,
                "left_out": found.left_out,
            }
        )
        return
    console.print(f"{found.path}: {total} sounds, {found.bytes / 2**20:.1f} MiB")
    for folder, count in found.roots.items():
        console.print(f"  {count:6} in {folder}")
    console.print(f"categories ({found.doubtful} doubtful):")
    for name, count in sorted(found.categories.items(), key=lambda item: -item[1]):
        console.print(f"  {count:6} {name}")
    if found.left_out:
        console.print("left out:")
        for why, count in found.left_out.items():
            console.print(f"  {count:6} {shown(why, 160)}")
