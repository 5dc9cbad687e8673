"""The two sides of a comparison, read: trees of files through the pipeline, saved reports as they are."""

from __future__ import annotations

import os
import posixpath
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from msgspec.structs import replace

from costlint import pipeline
from costlint.config import Config
from costlint.diffing.commits import commits, submodules
from costlint.diffing.comparing import compare
from costlint.diffing.sameness import reads_alike
from costlint.diffing.saved import read_saved, saved_in
from costlint.diffing.snapshots import Snapshot, snapshot
from costlint.model.differences import Diff
from costlint.model.differences import Side as SideLabel
from costlint.opening import open_catalog
from costlint.pricing import Pricer
from costlint.quoting import with_lines
from costlint.reports.amounts import counted
from costlint.sources import CheckoutSource, DirectorySource, GitSource, Source, SourceError
from costlint.sources.work_trees import inside, repository
from costlint.stacks import Progress, Tree


def since_commit(
    paths: Sequence[str],
    config: Config,
    base: str,
    head: str = "",
    *,
    merge_base: bool = True,
    fetch: bool = False,
    progress: Progress | None = None,
) -> Diff:
    """What differs at the paths since a commit of the repository they lie in: in the files as they are here, or in
    another commit. Raises SourceError, ConfigError, RuleError."""
    root = repository(paths)
    found = commits(root, base, head, merge_base=merge_base, fetch=fetch)
    selected = [inside(path, root) for path in paths]
    notes = [*found.notes, *_not_compared(root, found.base, found.head)]
    with ExitStack() as open_ones:
        before = open_ones.enter_context(CheckoutSource(root, found.base))
        here = DirectorySource(root)
        trees: list[Tree] = [(here, selected)]
        if head:
            trees = [(open_ones.enter_context(CheckoutSource(root, found.head)), _there(selected, root, found.head))]
        after_label = (
            SideLabel("commit", head, found.head) if head else SideLabel("work tree", "the work tree", found.head)
        )
        after = _read(after_label, paths, config, progress, trees)
        there = [path for path in selected if not path or before.is_dir(path) or before.is_file(path)]
        earlier: list[Tree] = [(before, there)] if there else []
        label = SideLabel("commit", base, found.base)
        if (found.base == found.head and head) or (not head and reads_alike(before, here, selected)):
            return replace(_compared(replace(after, side=label), after, config, notes), directory=_standing_in(root))
        then, lacking = _as_it_was(config, before, root)
        notes += [f"{file} was not there before" for file in lacking]
        diff = _compared(_read(label, paths, then, progress, earlier), after, config, notes)
        notes = [*diff.notes, *_without_effect(diff, after, before, trees[0][0], _standing_in(root))]
        return replace(diff, notes=tuple(notes), directory=_standing_in(root))


def _standing_in(root: Path) -> str:
    """Where in the work tree costlint was started; "" at its root, or outside of it."""
    here = Path(os.path.realpath(Path.cwd()))
    return "" if here == root or not here.is_relative_to(root) else here.relative_to(root).as_posix()


def _as_it_was(config: Config, before: CheckoutSource, root: Path) -> tuple[Config, list[str]]:
    """The configuration without the variable files that were not there before, and those."""
    every = dict.fromkeys((*config.var_files, *(file for one in config.roots for file in one.var_files)))
    lacking = [file for file in every if not _was_there(file, before, root)]
    if not lacking:
        return config, []
    roots = tuple(
        replace(one, var_files=tuple(file for file in one.var_files if file not in lacking)) for one in config.roots
    )
    kept = tuple(file for file in config.var_files if file not in lacking)
    return replace(config, var_files=kept, roots=roots), lacking


def _was_there(file: str, before: CheckoutSource, root: Path) -> bool:
    real = Path(os.path.realpath(file))
    return not real.is_relative_to(root) or before.is_file(real.relative_to(root).as_posix())


def _without_effect(diff: Diff, after: Snapshot, before: Source, now: Source, standing: str) -> list[str]:
    """What is to be said about stacks whose text differs, that of modules beside them included, and of which nothing
    that has a price does: what is not known may well be what changed. Files that can no longer be read are told as
    such. `standing` is the directory files are shown from."""
    moved = {one.stack for one in diff.resources}
    unreadable = {one.file for one in diff.newly_unreadable}
    differs: dict[str, bool] = {}

    def has_changed(file: str) -> bool:
        if file not in differs:
            path = posixpath.normpath(posixpath.join(standing, file))
            differs[file] = now.shown(path) == file and _text(now, path) != _text(before, path)
        return differs[file]

    found: dict[str, list[str]] = {}
    for one in after.stacks:
        if one.stack is None or one.name in moved or not one.partial:
            continue
        differing = [file for file in sorted(one.stack.files) if has_changed(file) and file not in unreadable]
        if differing:
            more = f" and {len(differing) - 1} more" if len(differing) > 1 else ""
            found.setdefault(differing[0] + more, []).append(one.name)
    return [
        f"{files} changed, and nothing that has a price with it in {names[0]}"
        + (f" and {counted(len(names) - 1, 'other stack')}" if len(names) > 1 else "")
        for files, names in found.items()
    ]


def _text(source: Source, path: str) -> bytes | None:
    try:
        return source.read(path)
    except SourceError:
        return None


def between_paths(old: str, new: str, config: Config, progress: Progress | None = None) -> Diff:
    """What differs between two directories, plans or saved reports. Raises SourceError, ConfigError, RuleError."""
    sides = []
    for path in (old, new):
        saved = saved_in(Path(path))
        if saved is not None:
            sides.append(read_saved(saved, path))
        else:
            label = SideLabel("directory" if Path(path).is_dir() else "plan", path)
            sides.append(_read(label, [path], config, progress))
    before, after = sides
    if before.detailed != after.detailed or before.priced != after.priced:
        raise SourceError(
            f"{old} and {new} hold different things: compare two files of costlint scan, or two of costlint estimate"
        )
    return _compared(before, after, config)


def _compared(before: Snapshot, after: Snapshot, config: Config, notes: Sequence[str] = ()) -> Diff:
    return compare(before, after, config, Pricer(open_catalog(config)), notes)


def _read(
    side: SideLabel,
    paths: Sequence[str],
    config: Config,
    progress: Progress | None,
    trees: Sequence[Tree] | None = None,
) -> Snapshot:
    bases = paths if side.kind in ("directory", "plan") else ()
    report = pipeline.scan(paths, replace(config, use_baseline=False, guard_rails=()), progress, trees)
    return snapshot(with_lines(report) if side.kind in ("work tree", "directory") else report, side, bases)


def _there(selected: Sequence[str], root: Path, commit: str) -> list[str]:
    with GitSource(root, commit) as source:
        found = [path for path in selected if not path or source.is_dir(path) or source.is_file(path)]
    if not found:
        raise SourceError(f"there is no {', '.join(selected)} in {commit[:8]}")
    return found


def _not_compared(root: Path, base: str, head: str) -> list[str]:
    """What is to be said about submodules: another repository's commits are not read."""
    before, after = submodules(root, base), submodules(root, head)
    changed = [path for path in {**before, **after} if before.get(path) != after.get(path)]
    return [f"the submodule {path} is another commit now; what is in it is not compared" for path in sorted(changed)]
