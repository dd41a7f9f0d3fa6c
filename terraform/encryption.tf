# One key for all that rests: database, secrets, logs, alarms. AWS renews what is inside each year.
resource "aws_kms_key" "toy" {
  description         = "${local.name}: database, secrets, logs, alarms"
  enable_key_rotation = true
  policy              = jsonencode({ Version = "2012-10-17", Statement = [local.key_for_account, local.key_for_logs[var.region], local.key_for_alarms] })

  tags = { Name = local.name }
}

resource "aws_kms_alias" "toy" {
  name          = "alias/${local.name}"
  target_key_id = aws_kms_key.toy.id
}

# A key does not leave its region: another one for the logs of what is at CloudFront.
resource "aws_kms_key" "edge" {
  provider = aws.edge

  description         = "${local.name}: logs of CloudFront and of its firewall"
  enable_key_rotation = true
  policy              = jsonencode({ Version = "2012-10-17", Statement = [local.key_for_account, local.key_for_logs["us-east-1"]] })

  tags = { Name = "${local.name}-edge" }
}

locals {
  # IAM decides who may use it.
  key_for_account = {
    Sid       = "Account"
    Effect    = "Allow"
    Principal = { AWS = "arn:${local.partition}:iam::${local.account}:root" }
    Action    = "kms:*"
    Resource  = "*"
  }

  key_for_logs = {
    for region in toset([var.region, "us-east-1"]) : region => {
      Sid       = "Logs"
      Effect    = "Allow"
      Principal = { Service = "logs.${region}.amazonaws.com" }
      Action    = ["kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:DescribeKey"]
      Resource  = "*"
      Condition = {
        ArnLike = { "kms:EncryptionContext:aws:logs:arn" = "arn:${local.partition}:logs:${region}:${local.account}:log-group:*" }
      }
    }
  }

  key_for_alarms = {
    Sid       = "Alarms"
    Effect    = "Allow"
    Principal = { Service = "cloudwatch.amazonaws.com" }
    Action    = ["kms:Decrypt", "kms:GenerateDataKey*"]
    # No condition: CloudWatch does not name its client to KMS.
    Resource = "*"
  }
}
