# Each role is for one service of AWS, and may do what that has to do here.
locals {
  roles = {
    execution  = "ecs-tasks.amazonaws.com"
    requests   = "ecs-tasks.amazonaws.com"
    web        = "ecs-tasks.amazonaws.com"
    monitoring = "monitoring.rds.amazonaws.com"
    flow-log   = "vpc-flow-logs.amazonaws.com"
  }

  repository_arn = "arn:${local.partition}:ecr:${var.region}:${local.account}:repository/${join("/", slice(split("/", split("@", var.image)[0]), 1, length(split("/", var.image))))}"
}

resource "aws_iam_role" "toy" {
  for_each = local.roles

  name = "${local.name}-${each.key}"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = each.value }
      Action    = "sts:AssumeRole"
      # Not on behalf of another account.
      Condition = { StringEquals = { "aws:SourceAccount" = local.account } }
    }]
  })
}

# Before a task runs: its image, its secrets, and where its log goes. The task itself (the role web) may do nothing.
locals {
  # The older one knows the master user's password, which earlier revisions of the web task start with.
  execution_roles = { web = "requests", manage = "execution" }

  master_password_of_migration = [{
    Effect   = "Allow"
    Action   = "secretsmanager:GetSecretValue"
    Resource = local.database_secret_arn
  }]

  parameters_of_tasks = concat([aws_ssm_parameter.django_secret_key.arn], values(aws_ssm_parameter.web_password)[*].arn)
}

moved {
  from = aws_iam_role_policy.execution
  to   = aws_iam_role_policy.execution["manage"]
}

resource "aws_iam_role_policy" "execution" {
  for_each = local.execution_roles

  role = aws_iam_role.toy[each.value].id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat([
      {
        Effect = "Allow"
        # AWS knows no narrower resource for it.
        Action   = "ecr:GetAuthorizationToken"
        Resource = "*"
      },
      {
        Effect   = "Allow"
        Action   = ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]
        Resource = local.repository_arn
      },
      {
        Effect   = "Allow"
        Action   = ["logs:CreateLogStream", "logs:PutLogEvents"]
        Resource = "${aws_cloudwatch_log_group.toy["web"].arn}:*"
      },
      {
        Effect   = "Allow"
        Action   = "ssm:GetParameters"
        Resource = local.parameters_of_tasks
      },
      {
        Effect   = "Allow"
        Action   = "kms:Decrypt"
        Resource = aws_kms_key.toy.arn
      },
    ], each.key == "manage" ? local.master_password_of_migration : [])
  })
}

resource "aws_iam_role_policy_attachment" "monitoring" {
  role       = aws_iam_role.toy["monitoring"].name
  policy_arn = "arn:${local.partition}:iam::aws:policy/service-role/AmazonRDSEnhancedMonitoringRole"
}

resource "aws_iam_role_policy" "flow_log" {
  role = aws_iam_role.toy["flow-log"].id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect   = "Allow"
      Action   = ["logs:CreateLogStream", "logs:PutLogEvents", "logs:DescribeLogStreams"]
      Resource = "${aws_cloudwatch_log_group.toy["network"].arn}:*"
    }]
  })
}
