locals {
  name = "toy-${var.environment}"
  tags = {
    Project     = "breakable-toy"
    Environment = var.environment
    Owner       = var.owner
    Expires     = var.expires
  }

  zones = [for letter in var.zones : "${var.region}${letter}"]

  # The visitors' host name: the domain if there is one, else CloudFront's.
  host = coalesce(var.domain, aws_cloudfront_distribution.toy.domain_name)
  port = 8000

  # Both are answered by the app (app/config/health).
  liveness  = "/health-check/live/"
  readiness = "/health-check/"

  # Their ARNs are written out where the things themselves would close a circle.
  account   = data.aws_caller_identity.current.account_id
  partition = data.aws_partition.current.partition
}

data "aws_caller_identity" "current" {}

data "aws_partition" "current" {}
