locals {
  gib = 1024 * 1024 * 1024

  # Alarms. Each state lasts for some minutes before its alarm is sent.
  alarms = {
    errors = {
      description = "The toy answers with errors (5xx)"
      namespace   = "AWS/ApplicationELB"
      metric      = "HTTPCode_Target_5XX_Count"
      statistic   = "Sum"
      above       = 10
      dimensions  = { LoadBalancer = aws_lb.toy.arn_suffix }
    }
    outage = {
      description = "The load balancer finds no task that answers"
      namespace   = "AWS/ApplicationELB"
      metric      = "HTTPCode_ELB_5XX_Count"
      statistic   = "Sum"
      above       = 10
      dimensions  = { LoadBalancer = aws_lb.toy.arn_suffix }
    }
    none = {
      description = "No web task is there"
      namespace   = "AWS/ApplicationELB"
      metric      = "HealthyHostCount"
      statistic   = "Minimum"
      below       = 1
      missing     = "breaching"
      dimensions  = { LoadBalancer = aws_lb.toy.arn_suffix, TargetGroup = aws_lb_target_group.web.arn_suffix }
    }
    unhealthy = {
      description = "A web task does not answer the load balancer"
      namespace   = "AWS/ApplicationELB"
      metric      = "UnHealthyHostCount"
      statistic   = "Maximum"
      above       = 0
      dimensions  = { LoadBalancer = aws_lb.toy.arn_suffix, TargetGroup = aws_lb_target_group.web.arn_suffix }
    }
    cpu = {
      description = "The web tasks are at their limit, though more were started"
      namespace   = "AWS/ECS"
      metric      = "CPUUtilization"
      statistic   = "Average"
      above       = 85
      dimensions  = { ClusterName = aws_ecs_cluster.toy.name, ServiceName = aws_ecs_service.web.name }
    }
    database-cpu = {
      description = "The database is at its limit"
      namespace   = "AWS/RDS"
      metric      = "CPUUtilization"
      statistic   = "Average"
      above       = 85
      dimensions  = { DBInstanceIdentifier = aws_db_instance.toy.identifier }
    }
    database-storage = {
      description = "The database's disk is nearly full: at 0 it stops"
      namespace   = "AWS/RDS"
      metric      = "FreeStorageSpace"
      statistic   = "Minimum"
      below       = 3 * local.gib
      dimensions  = { DBInstanceIdentifier = aws_db_instance.toy.identifier }
    }
  }
}

resource "aws_cloudwatch_metric_alarm" "toy" {
  for_each = local.alarms

  alarm_name          = "${local.name}-${each.key}"
  alarm_description   = each.value.description
  namespace           = each.value.namespace
  metric_name         = each.value.metric
  dimensions          = each.value.dimensions
  statistic           = each.value.statistic
  comparison_operator = can(each.value.below) ? "LessThanThreshold" : "GreaterThanThreshold"
  threshold           = try(each.value.below, each.value.above)
  period              = 60
  evaluation_periods  = 5
  datapoints_to_alarm = 3
  treat_missing_data  = try(each.value.missing, "notBreaching")
  alarm_actions       = [aws_sns_topic.alarms.arn]
  ok_actions          = [aws_sns_topic.alarms.arn]
}

resource "aws_sns_topic" "alarms" {
  name              = "${local.name}-alarms"
  kms_master_key_id = aws_kms_key.toy.id
}

resource "aws_sns_topic_subscription" "email" {
  count = var.alarm_email == null ? 0 : 1

  topic_arn = aws_sns_topic.alarms.arn
  protocol  = "email"
  endpoint  = var.alarm_email
}
