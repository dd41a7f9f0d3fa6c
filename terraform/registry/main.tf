# The images of all deployments of a region: made once, by `scripts/infra init`.
terraform {
  required_version = "~> 1.11"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 5.100"
    }
  }

  backend "s3" {
    encrypt      = true
    use_lockfile = true
  }
}

provider "aws" {
  region = var.region

  default_tags { tags = { Project = "breakable-toy" } }
}

variable "region" {
  description = "Where the images lie: where the deployments run."
  type        = string
}

resource "aws_ecr_repository" "web" {
  name = "breakable-toy/web"
  # A tag names a tested image: another image needs another tag.
  image_tag_mutability = "IMMUTABLE"

  image_scanning_configuration { scan_on_push = true }

  encryption_configuration { encryption_type = "KMS" }
}

# Never by number: ECR does not know which images run, and a task that starts has to find its own.
resource "aws_ecr_lifecycle_policy" "web" {
  repository = aws_ecr_repository.web.name

  policy = jsonencode({
    rules = [
      {
        rulePriority = 1
        description  = "What no tag names was an upload that broke off"
        selection    = { tagStatus = "untagged", countType = "sinceImagePushed", countUnit = "days", countNumber = 7 }
        action       = { type = "expire" }
      },
    ]
  })
}

output "repository" {
  description = "Where to push to."
  value       = aws_ecr_repository.web.repository_url
}
