resource "aws_appautoscaling_target" "web" {
  service_namespace  = "ecs"
  scalable_dimension = "ecs:service:DesiredCount"
  resource_id        = "service/${aws_ecs_cluster.toy.name}/${aws_ecs_service.web.name}"
  min_capacity       = var.tasks.min
  max_capacity       = var.tasks.max
}

# Whichever asks for more tasks wins.
resource "aws_appautoscaling_policy" "web" {
  for_each = {
    # In percent: above this, requests begin to wait for the processor.
    cpu = { metric = "ECSServiceAverageCPUUtilization", target = 60, label = null }
    # In a minute, for each task: a third of what benchmarks/load has measured for two processes.
    requests = {
      metric = "ALBRequestCountPerTarget"
      target = 3000
      label  = "${aws_lb.toy.arn_suffix}/${aws_lb_target_group.web.arn_suffix}"
    }
  }

  name               = "${local.name}-${each.key}"
  policy_type        = "TargetTrackingScaling"
  service_namespace  = aws_appautoscaling_target.web.service_namespace
  scalable_dimension = aws_appautoscaling_target.web.scalable_dimension
  resource_id        = aws_appautoscaling_target.web.resource_id

  target_tracking_scaling_policy_configuration {
    target_value       = each.value.target
    scale_out_cooldown = 60
    scale_in_cooldown  = 300

    predefined_metric_specification {
      predefined_metric_type = each.value.metric
      resource_label         = each.value.label
    }
  }
}
