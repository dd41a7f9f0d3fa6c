# shellcheck shell=bash
# Terraform, where its provider comes from, and the checks without network. Sourced after common.sh.

# A folder of providers on this machine, where there is one, serves without a network.
provider_folder() {
  local found
  found=$(find /opt /srv /usr/local /usr/share -maxdepth 6 -type d -path '*/hashicorp/aws' -print -quit 2>/dev/null)
  [ -z "$found" ] || dirname "$(dirname "$(dirname "$found")")"
}

# use_provider_folder: have every `terraform init` take the provider from there, unless the user has configured another.
use_provider_folder() {
  local folder
  folder=$(provider_folder)
  [ -z "$folder" ] || export TF_CLI_ARGS_init=${TF_CLI_ARGS_init:--plugin-dir=$folder}
}

# fits_together FOLDER: what Terraform itself can say of a configuration without asking AWS.
fits_together() {
  terraform -chdir="$1" init -backend=false -input=false -lockfile=readonly >/dev/null
  terraform -chdir="$1" validate
}

# check_terraform: is it well written, does it fit together, and does it keep what it promises (terraform/tests)?
check_terraform() {
  use_provider_folder
  python3 -m breakable_toy.infra.lock
  # Not where scripts/infra has its own, and without a state.
  export TF_DATA_DIR=$PWD/.cache/terraform
  terraform fmt -check -diff -recursive terraform
  TF_DATA_DIR=$TF_DATA_DIR-registry fits_together terraform/registry
  fits_together terraform
  terraform -chdir=terraform test
}
