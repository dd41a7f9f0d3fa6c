"""The deployment to AWS, as `scripts/infra` drives it: Terraform, and what Terraform does not wait for or report."""
