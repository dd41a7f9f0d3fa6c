# Rights of a pipeline's Publish and Plan, added to AWS's policy ReadOnlyAccess: push an image, read a state, and hold its
# lock. They run before the approval, so they change nothing that a deployment is made of.
resource "aws_iam_policy" "plan" {
  name        = "breakable-toy-plan-${var.region}"
  description = "Rights of Publish and Plan, added to ReadOnlyAccess"
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect = "Allow"
        # AWS knows no narrower resource for it.
        Action   = "ecr:GetAuthorizationToken"
        Resource = "*"
      },
      {
        Effect   = "Allow"
        Action   = ["ecr:CompleteLayerUpload", "ecr:InitiateLayerUpload", "ecr:PutImage", "ecr:UploadLayerPart"]
        Resource = aws_ecr_repository.web.arn
      },
      {
        Effect   = "Allow"
        Action   = ["s3:DeleteObject", "s3:PutObject"]
        Resource = "arn:${data.aws_partition.current.partition}:s3:::${var.bucket}/*.tfstate.tflock"
      },
      {
        Effect = "Allow"
        # Terraform reads each parameter with its value to see whether it is there.
        Action   = "kms:Decrypt"
        Resource = "arn:${data.aws_partition.current.partition}:kms:${var.region}:${local.account}:key/*"
        Condition = {
          StringEquals = { "kms:ViaService" = "ssm.${var.region}.amazonaws.com" }
          # A key may have several.
          "ForAnyValue:StringLike" = { "kms:ResourceAliases" = "alias/toy-*" }
        }
      },
    ]
  })
}

variable "bucket" {
  description = "Where the states of the region's deployments lie."
  type        = string
}

data "aws_caller_identity" "current" {}

data "aws_partition" "current" {}

locals {
  account = data.aws_caller_identity.current.account_id
}

output "plan_policy" {
  description = "The policy of a pipeline's Publish and Plan, added to ReadOnlyAccess."
  value       = aws_iam_policy.plan.arn
}
