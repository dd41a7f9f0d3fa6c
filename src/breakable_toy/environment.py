"""The environment in which tools are started: one list for the scripts, the Vagrantfile and the Python programs.

``python3 -m breakable_toy.environment shell`` prints the assignments for ``eval``, ``json`` the changes as an object
(null removes). The first exits with 1 where a value cannot be honoured (ADR 28); for the Vagrantfile, which reads the
second, breakable_toy.preflight reports that. It runs before the check of Python's
version, so a Python of 3.7 must be able to read it.
"""

from __future__ import annotations

import fnmatch
import json
import os
import re
import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from breakable_toy import ownership, project_path
from breakable_toy.problem import Problem, report
from breakable_toy.usage import Parser

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

# A tool does not receive these from the caller, because they point it at another project or change its output;
# as in .gitignore, the last match decides, and ! keeps a name. The user's network stays: proxies, mirrors, CAs, AWS.
DROPPED = """
    BASH_ENV CDPATH ENV GLOBIGNORE GREP_OPTIONS POSIXLY_CORRECT LANGUAGE COLUMNS LINES
    PYTHON* !PYTHONDONTWRITEBYTECODE
    VIRTUAL_ENV* CONDA_PREFIX CONDA_DEFAULT_ENV PYENV_VERSION MYPYPATH
    PIP_* !PIP_*INDEX* !PIP_FIND_LINKS !PIP_*CERT !PIP_PROXY !PIP_TRUSTED_HOST !PIP_KEYRING_PROVIDER !PIP_CONFIG_FILE
        !PIP_RETRIES !PIP_*TIMEOUT !PIP_*CACHE_DIR !PIP_DISABLE_PIP_VERSION_CHECK
    UV_* !UV_*INDEX* !UV_FIND_LINKS !UV_*TLS !UV_*CERTS !UV_*INSECURE_HOST !UV_KEYRING_PROVIDER !UV_HTTP_* !UV_OFFLINE
        !UV_CACHE_DIR !UV_LINK_MODE !UV_CONCURRENT_*
    RUBYOPT RUBYLIB GEM_HOME GEM_PATH BUNDLE_* NODE_OPTIONS NODE_PATH
    ANSIBLE_* !ANSIBLE_GALAXY_* !ANSIBLE_FORCE_COLOR !ANSIBLE_NOCOLOR !ANSIBLE_VERBOSITY !ANSIBLE_DEPRECATION_WARNINGS
        !ANSIBLE_DISPLAY_SKIPPED_HOSTS
    VAGRANT_DOTFILE_PATH VAGRANT_CWD VAGRANT_VAGRANTFILE
    DOCKER_API_VERSION DOCKER_BUILDKIT DOCKER_CONTENT_TRUST* DOCKER_DEFAULT_PLATFORM BUILDX_* BUILDKIT_* COMPOSE_*
    RSYNC_*
    TF_CLI_ARGS* !TF_CLI_ARGS_init TF_VAR_* TF_WORKSPACE TF_DATA_DIR TF_INPUT TF_IN_AUTOMATION TF_REATTACH_PROVIDERS
        TF_PLUGIN_CACHE_MAY_BREAK_*
    AWS_DYNAMODB_ENDPOINT AWS_IAM_ENDPOINT AWS_S3_ENDPOINT AWS_STS_ENDPOINT AWS_SSE_CUSTOMER_KEY
    GIT_DIR GIT_WORK_TREE GIT_INDEX_FILE GIT_COMMON_DIR GIT_OBJECT_DIRECTORY GIT_ALTERNATE_OBJECT_DIRECTORIES
        GIT_NAMESPACE GIT_PREFIX GIT_SHALLOW_FILE GIT_*_PATHSPECS GIT_CEILING_DIRECTORIES
    SHELLCHECK_OPTS YAMLLINT_CONFIG_FILE HADOLINT_*
""".split()  # noqa: SIM905 - read as a list of patterns
# UTF-8, which Ansible requires, and English, which our own messages look for; each system has this locale.
LOCALE = "en_US.UTF-8" if sys.platform == "darwin" else "C.UTF-8"
# A mirror's folder of providers, and an AWS at another address. Every other option of init changes whose state it is.
INIT_OPTION = re.compile(r"-plugin-dir=.*|-backend-config=(?!(bucket|key|region|workspace_key_prefix)=)\w+=.*")

# The script again, as that user; its own sudo is for what needs root.
RERUN = 'exec sudo --preserve-env --set-home --user "#%d" -- "$toy_script" ${toy_arguments[@]+"${toy_arguments[@]}"}'


def is_dropped(name: str) -> bool:
    """Return whether a tool does not receive the caller's variable of that name."""
    dropped = False
    for pattern in DROPPED:
        if fnmatch.fnmatchcase(name, pattern.lstrip("!")):
            dropped = not pattern.startswith("!")
    return dropped


def changes(caller: Mapping[str, str]) -> dict[str, str | None]:
    """Return what differs from the caller's environment: new values, and None for what is removed."""
    changed: dict[str, str | None] = {name: None for name in caller if is_dropped(name)}
    changed.update({"LC_ALL": LOCALE, "LANG": LOCALE})
    if not caller.get("HOME"):
        changed["HOME"] = _home()
    return changed


def chosen(caller: Mapping[str, str]) -> dict[str, str]:
    """Return the environment for a tool."""
    whole = {**caller, **changes(caller)}
    return {name: value for name, value in whole.items() if value is not None}


def _home() -> str:
    """Return the home directory of the user that runs this, as the system has it."""
    import pwd  # noqa: PLC0415 - Windows has none

    return pwd.getpwuid(os.geteuid()).pw_dir


def problems(caller: Mapping[str, str]) -> Iterator[Problem]:
    """Yield each value that is the caller's to correct, because nothing else can be chosen for it."""
    if unusable := project_path.problem():
        yield unusable
    home = Path(caller.get("HOME") or _home())
    if not (home.is_dir() and os.access(home, os.W_OK)):
        yield Problem(
            f"HOME is '{home}', which is not a writable folder.",
            "Vagrant, Ansible and Docker keep their own files there.",
            "Type: export HOME=FOLDER   with a folder of yours, then this again.",
        )
    temporary = caller.get("TMPDIR")
    if temporary and not (Path(temporary).is_dir() and os.access(temporary, os.W_OK | os.X_OK)):
        yield Problem(
            f"TMPDIR is '{temporary}', which is not a writable folder.",
            "The tools that are started here write their temporary files there.",
            "Type: unset TMPDIR   then this again.",
        )
    refused = [word for word in _words(caller.get("TF_CLI_ARGS_init", "")) if not INIT_OPTION.fullmatch(word)]
    if refused:
        yield Problem(
            f"TF_CLI_ARGS_init has an option that is not accepted here: {' '.join(refused)}",
            "It could make Terraform read or change the state of another project.",
            "Type: unset TF_CLI_ARGS_init   then this again. (-plugin-dir=FOLDER is accepted.)",
        )


def _words(text: str) -> list[str]:
    try:
        return shlex.split(text)
    except ValueError:
        return [text]


def shell(changed: Mapping[str, str | None]) -> str:
    """Return the changes as shell commands; ``toy_dropped`` has the names of what is removed."""
    # The shell has dropped names that are not valid for it.
    removed = [name for name, value in changed.items() if value is None and re.fullmatch(r"\w+", name)]
    kept = [f"export {name}={shlex.quote(value)}" for name, value in changed.items() if value is not None]
    return "\n".join([f"toy_dropped='{' '.join(removed)}'", "unset $toy_dropped", *kept])


def main(argv: Sequence[str] | None = None) -> int:
    """Print the changes in the form that is asked for; return 1 after a problem."""
    parser = Parser(prog="environment", description="Prints how the environment for tools differs.")
    parser.add_argument("form", choices=("shell", "json"))
    changed = changes(os.environ)
    if parser.parse_args(argv).form == "json":
        # The Vagrantfile, which reports the other problems before `vagrant up` alone.
        print(json.dumps(changed))
        return 0
    if owner := ownership.invoking_user():
        print(RERUN % owner)
        return 0
    print(shell(changed))
    return report([*problems(os.environ), *ownership.problems()])


if __name__ == "__main__":
    sys.exit(main())
