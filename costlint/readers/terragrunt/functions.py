"""Terragrunt's own functions. Nothing is run, and nobody is asked: what would come from a command, a cloud account or
a secret is unknown."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from costlint.model import UNKNOWN, Unknown, unknown_from
from costlint.readers.terraform.functions import FunctionError
from costlint.readers.terragrunt.merging import merged
from costlint.readers.terragrunt.tree import DEFAULT_NAMES, absolute, inside
from costlint.sources import SourceError

if TYPE_CHECKING:
    from costlint.readers.terragrunt.configs import Config

Arguments = Sequence[object]


class _Function(NamedTuple):
    run: Callable[[Config, Arguments], object]
    least: int
    most: int


def call(config: Config, name: str, arguments: Arguments) -> object:
    """The result of one of Terragrunt's functions in a file. Raises FunctionError, for unknown names too."""
    if name in _OUTSIDE:
        return UNKNOWN
    function = _FUNCTIONS.get(name)
    if function is None:
        raise FunctionError(f'neither Terraform nor Terragrunt has a function named "{name}"')
    if not function.least <= len(arguments) <= function.most:
        number = str(function.least) if function.least == function.most else f"{function.least} to {function.most}"
        raise FunctionError(f'function "{name}" takes {number} arguments, not {len(arguments)}')
    if any(isinstance(argument, Unknown) for argument in arguments[: function.least or None]):
        return unknown_from(arguments)
    return function.run(config, arguments)


def read_path(config: Config, text: str) -> str | None:
    """The file `read_terragrunt_config` means: of a directory, the configuration in it. None: outside the tree."""
    path = inside(text, config.directory)
    if path is None:
        return None
    if config.tree.is_directory(path):
        names = (posixpath.join(path, name) for name in DEFAULT_NAMES[:2])
        return next((name for name in names if config.tree.exists(name)), posixpath.join(path, DEFAULT_NAMES[0]))
    return path


# -- where things are


def _find_in_parent_folders(config: Config, arguments: Arguments) -> object:
    names = (_text(arguments[0]),) if arguments else DEFAULT_NAMES
    found = config.tree.above(config.directory, names)
    if found is not None:
        return absolute(found)
    if len(arguments) > 1:
        return arguments[1]
    below = config.reading.shown(config.directory)
    raise FunctionError(f"there is no {names[0]} in a directory above {below}, as far as the scanned tree goes")


def _path_relative_to_include(config: Config, arguments: Arguments) -> object:
    included = _included_directory(config, arguments)
    if included is None or isinstance(included, Unknown):
        return "." if included is None else included
    return posixpath.relpath(config.directory or ".", included or ".")


def _path_relative_from_include(config: Config, arguments: Arguments) -> object:
    included = _included_directory(config, arguments)
    if included is None or isinstance(included, Unknown):
        return "." if included is None else included
    return posixpath.relpath(included or ".", config.directory or ".")


def _get_parent_terragrunt_dir(config: Config, arguments: Arguments) -> object:
    included = _included_directory(config, arguments)
    if isinstance(included, Unknown):
        return included
    return absolute(config.directory if included is None else included)


def _included_directory(config: Config, arguments: Arguments) -> str | Unknown | None:
    """The directory of the file that includes this one's unit settings: in an included file its own, in the unit that
    of the include that is named. None where nothing is included, or not yet."""
    if config.child is not None:
        return posixpath.dirname(config.path)
    includes = config.includes
    if not includes or config.naming_includes:
        return None
    name = _text(arguments[0]) if arguments else next(iter(includes))
    if name not in includes:
        raise FunctionError(f'there is no include "{name}" in this file')
    found = config.included(includes[name])
    return UNKNOWN if found is None else posixpath.dirname(found.path)


# -- files and the environment


def _get_env(config: Config, arguments: Arguments) -> object:
    given = config.reading.options.environment.get(_text(arguments[0]))
    if given is not None:
        return given
    if len(arguments) < 2:
        return UNKNOWN
    if isinstance(arguments[1], str):
        config.evaluation.supposed.add(arguments[1])
    return arguments[1]


def _read_terragrunt_config(config: Config, arguments: Arguments) -> object:
    text = _text(arguments[0])
    path = read_path(config, text)
    if path is not None and config.tree.exists(path):
        try:
            return config.evaluation.read(path).exposed()
        except SourceError as error:
            raise FunctionError(str(error)) from None
    if len(arguments) > 1:
        return arguments[1]
    if path is None:
        raise FunctionError(f"{text} lies outside the scanned tree and is not read")
    raise FunctionError(f"there is no file {config.reading.shown(path)}")


def _read_tfvars_file(config: Config, arguments: Arguments) -> object:
    from costlint.readers.terraform.functions import call as terraform

    text = _text(arguments[0])
    path = inside(text, config.directory)
    if path is None:
        raise FunctionError(f"{text} lies outside the scanned tree and is not read")
    try:
        file = config.tree.files.file(config.tree.real(path))
    except SourceError as error:
        raise FunctionError(str(error)) from None
    values = {name: config.reading.value(each.expr, config.scope) for name, each in file.body.attributes.items()}
    return terraform("jsonencode", [values], config.context)


def _deep_merge(config: Config, arguments: Arguments) -> object:
    result: object = {}
    for argument in arguments:
        result = merged(result, argument, deep=True)
    return result


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise FunctionError("a path or name must be text")
    return value


_MANY = 1_000
_FUNCTIONS: dict[str, _Function] = {
    "find_in_parent_folders": _Function(_find_in_parent_folders, 0, 2),
    "path_relative_to_include": _Function(_path_relative_to_include, 0, 1),
    "path_relative_from_include": _Function(_path_relative_from_include, 0, 1),
    "get_parent_terragrunt_dir": _Function(_get_parent_terragrunt_dir, 0, 1),
    "get_terragrunt_dir": _Function(lambda config, _: absolute(config.directory), 0, 0),
    "get_original_terragrunt_dir": _Function(lambda config, _: absolute(config.evaluation.origin_of_unit()), 0, 0),
    "get_repo_root": _Function(lambda config, _: absolute(""), 0, 0),
    "get_path_from_repo_root": _Function(lambda config, _: config.directory or ".", 0, 0),
    "get_path_to_repo_root": _Function(lambda config, _: posixpath.relpath(".", config.directory or "."), 0, 0),
    "get_env": _Function(_get_env, 1, 2),
    "read_terragrunt_config": _Function(_read_terragrunt_config, 1, 2),
    "read_tfvars_file": _Function(_read_tfvars_file, 1, 1),
    "mark_as_read": _Function(lambda config, arguments: arguments[0], 1, 1),
    "deep_merge": _Function(_deep_merge, 1, _MANY),
    "get_terragrunt_source_cli_flag": _Function(lambda config, _: "", 0, 0),
}
_OUTSIDE = frozenset(
    (
        *("run_cmd", "sops_decrypt_file", "get_platform", "constraint_check", "mark_glob_as_read"),
        *("get_aws_account_id", "get_aws_account_alias", "get_aws_caller_identity_arn"),
        *("get_aws_caller_identity_user_id", "get_terraform_command", "get_terraform_cli_args", "get_tofu_command"),
        *("get_terraform_commands_that_need_vars", "get_terraform_commands_that_need_locking"),
        *("get_terraform_commands_that_need_input", "get_terraform_commands_that_need_parallelism"),
        *("get_default_retryable_errors", "get_working_dir", "get_default_terragrunt_config_path"),
    )
)
