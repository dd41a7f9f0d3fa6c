terraform {
  # Write-only arguments keep secrets out of the state; the S3 backend locks without a table.
  required_version = "~> 1.11"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 5.100"
    }
  }

  # scripts/infra names the bucket and the key: one state for each environment.
  backend "s3" {
    encrypt      = true
    use_lockfile = true
  }
}

provider "aws" {
  region = var.region

  allowed_account_ids = var.account[*]

  default_tags { tags = local.tags }
}

# CloudFront takes its certificates, web ACLs and logs from this region only.
provider "aws" {
  alias  = "edge"
  region = "us-east-1"

  allowed_account_ids = var.account[*]

  default_tags { tags = local.tags }
}
