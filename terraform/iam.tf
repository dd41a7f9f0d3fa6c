# Each role is for one service of AWS, and may do what that has to do here.
locals {
  roles = {
    execution  = "ecs-tasks.amazonaws.com"
    web        = "ecs-tasks.amazonaws.com"
    monitoring = "monitoring.rds.amazonaws.com"
    flow-log   = "vpc-flow-logs.amazonaws.com"
    events     = "events.amazonaws.com"
    restart    = "states.amazonaws.com"
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
resource "aws_iam_role_policy" "execution" {
  role = aws_iam_role.toy["execution"].id
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
        Action   = "secretsmanager:GetSecretValue"
        Resource = local.database_secret_arn
      },
      {
        Effect   = "Allow"
        Action   = "ssm:GetParameters"
        Resource = aws_ssm_parameter.django_secret_key.arn
      },
      {
        Effect   = "Allow"
        Action   = "kms:Decrypt"
        Resource = aws_kms_key.toy.arn
      },
    ]
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

resource "aws_iam_role_policy" "events" {
  role = aws_iam_role.toy["events"].id
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "states:StartExecution", Resource = aws_sfn_state_machine.restart.arn }]
  })
}

resource "aws_iam_role_policy" "restart" {
  role = aws_iam_role.toy["restart"].id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect   = "Allow"
        Action   = "ecs:UpdateService"
        Resource = aws_ecs_service.web.id
      },
      {
        Effect = "Allow"
        # Where a state machine's log goes is settled for the whole account.
        Action = [
          "logs:CreateLogDelivery", "logs:DeleteLogDelivery", "logs:DescribeLogGroups", "logs:DescribeResourcePolicies",
          "logs:GetLogDelivery", "logs:ListLogDeliveries", "logs:PutResourcePolicy", "logs:UpdateLogDelivery",
          "xray:GetSamplingRules", "xray:GetSamplingTargets", "xray:PutTelemetryRecords", "xray:PutTraceSegments",
        ]
        Resource = "*"
      },
    ]
  })
}
