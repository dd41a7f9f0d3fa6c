# Tasks read the database's password when they start. When RDS has renewed it, each seven days, new ones have to take their
# place: what runs keeps its connections, but gets no more. RDS says so by an event, and a state machine of one step acts.
resource "aws_cloudwatch_event_rule" "password_renewed" {
  name        = "${local.name}-password-renewed"
  description = "RDS-EVENT-0016: the master password of the database has been reset"
  event_pattern = jsonencode({
    source      = ["aws.rds"]
    detail-type = ["RDS DB Instance Event"]
    resources   = [aws_db_instance.toy.arn]
    detail      = { EventID = ["RDS-EVENT-0016"] }
  })
}

resource "aws_cloudwatch_event_target" "password_renewed" {
  rule     = aws_cloudwatch_event_rule.password_renewed.name
  arn      = aws_sfn_state_machine.restart.arn
  role_arn = aws_iam_role.toy["events"].arn
}

resource "aws_sfn_state_machine" "restart" {
  name     = "${local.name}-restart"
  role_arn = aws_iam_role.toy["restart"].arn

  definition = jsonencode({
    Comment = "Replace the web tasks, a few at a time"
    StartAt = "Wait"
    States = {
      # The event may come before the secret has the new password.
      Wait = { Type = "Wait", Seconds = 60, Next = "Restart" }
      Restart = {
        Type     = "Task"
        Resource = "arn:${local.partition}:states:::aws-sdk:ecs:updateService"
        Parameters = {
          Cluster            = aws_ecs_cluster.toy.arn
          Service            = aws_ecs_service.web.name
          ForceNewDeployment = true
        }
        Retry = [{ ErrorEquals = ["States.ALL"], IntervalSeconds = 5, BackoffRate = 2, MaxAttempts = 6 }]
        End   = true
      }
    }
  })

  logging_configuration {
    level                  = "ERROR"
    include_execution_data = true
    log_destination        = "${aws_cloudwatch_log_group.toy["restart"].arn}:*"
  }

  tracing_configuration { enabled = true }

  depends_on = [aws_iam_role_policy.restart]
}
