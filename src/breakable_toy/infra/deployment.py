"""What Terraform looks after: which files are its own, and where its state is."""

import re
from dataclasses import dataclass
from pathlib import Path

from breakable_toy.problem import Problem, ProblemError

ROOT = Path(__file__).resolve().parents[3]
MODULE = ROOT / "terraform"
ENVIRONMENTS = MODULE / "environments"
# As variables.tf has it. The registry's state is in the same bucket as those of the deployments.
NAME = re.compile(r"(?!registry$)[a-z][a-z0-9-]{1,15}")


@dataclass(frozen=True)
class Deployment:
    """One of terraform/environments."""

    name: str
    module = MODULE

    def __post_init__(self) -> None:
        """Refuse a name that has no file."""
        known = (
            ", ".join(sorted(path.stem for path in ENVIRONMENTS.glob("*.tfvars") if NAME.fullmatch(path.stem)))
            or "none yet"
        )
        if not NAME.fullmatch(self.name):
            raise ProblemError(
                Problem(
                    f"{self.name} is not the name of a deployment (there are: {known}).",
                    f"A deployment has the name of its file in {self._shown(ENVIRONMENTS)}, without .tfvars.",
                    "Type 2 to 16 small letters, digits and hyphens, the first a letter; registry is the registry's.",
                )
            )
        if not self.variables.is_file():
            mine = self._shown(self.variables)
            raise ProblemError(
                Problem(
                    f"There is no deployment {self.name}: {mine} is missing (there are: {known}).",
                    "That file says where it runs, whose it is and how large.",
                    f"Name one that there is. Or make it: copy staging.tfvars to {mine}, change and commit that.",
                )
            )

    @property
    def variables(self) -> Path:
        """Its values of Terraform's variables."""
        return ENVIRONMENTS / f"{self.name}.tfvars"

    @property
    def folder(self) -> Path:
        """What Terraform keeps of it on this machine: providers, and the backend's settings."""
        return ROOT / ".cache/infra" / self.name

    @property
    def plan(self) -> Path:
        """The plan that was reviewed, or is to be."""
        return self.folder / "reviewed.tfplan"

    @property
    def key(self) -> str:
        """Key of its state in the bucket."""
        return f"{self.name}.tfstate"

    @property
    def region(self) -> str:
        """AWS's name of where it runs."""
        if not (found := self._value("region")):
            raise ProblemError(
                Problem(
                    f"{self._shown(self.variables)} names no region.",
                    "Everything of the deployment is in one, its state included.",
                    'Add a line such as: region = "eu-central-1"',
                )
            )
        return found

    @property
    def account(self) -> str | None:
        """The number of the only AWS account that it may be in, where its file names one."""
        return self._value("account")

    def _value(self, variable: str) -> str | None:
        found = re.search(rf'^{variable}\s*=\s*"([^"]+)"', self.variables.read_text(), re.MULTILINE)
        return found[1] if found else None

    def command(self, words: str) -> str:
        """Return the command that continues it."""
        command, _, options = words.partition(" ")
        return " ".join(filter(None, ["./scripts/infra", command, self.name, options]))

    @staticmethod
    def _shown(path: Path) -> str:
        return str(path.relative_to(ROOT))


@dataclass(frozen=True)
class Registry:
    """The registry of a region's deployments."""

    deployment: Deployment
    module = MODULE / "registry"

    @property
    def name(self) -> str:
        """Its name in messages."""
        return f"the registry of {self.region}"

    @property
    def folder(self) -> Path:
        """What Terraform keeps of it on this machine."""
        return ROOT / ".cache/infra/registry"

    @property
    def key(self) -> str:
        """Key of its state in the bucket."""
        return "registry.tfstate"

    @property
    def region(self) -> str:
        """AWS's name of where it is."""
        return self.deployment.region

    def command(self, words: str) -> str:
        """Return the command that continues."""
        return self.deployment.command(words)
