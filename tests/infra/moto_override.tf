# Arguments that moto does not keep: it would have the second plan set them again.
resource "aws_appautoscaling_target" "web" {
  lifecycle { ignore_changes = [tags_all] }
}

resource "aws_db_instance" "toy" {
  lifecycle {
    ignore_changes = [
      engine_version,
      performance_insights_enabled,
      performance_insights_kms_key_id,
      performance_insights_retention_period,
    ]
  }
}

resource "aws_db_parameter_group" "toy" {
  lifecycle { ignore_changes = [parameter] }
}

resource "aws_ecs_service" "web" {
  lifecycle {
    ignore_changes = [
      availability_zone_rebalancing,
      desired_count,
      enable_ecs_managed_tags,
      health_check_grace_period_seconds,
    ]
  }
}

resource "aws_vpc_security_group_egress_rule" "load_balancer_to_web" {
  lifecycle { ignore_changes = [description] }
}

resource "aws_vpc_security_group_egress_rule" "web_to_database" {
  lifecycle { ignore_changes = [description] }
}

resource "aws_vpc_security_group_ingress_rule" "database_from_web" {
  lifecycle { ignore_changes = [description] }
}

resource "aws_vpc_security_group_ingress_rule" "load_balancer_from_cloudfront" {
  lifecycle { ignore_changes = [description] }
}

resource "aws_vpc_security_group_ingress_rule" "web_from_load_balancer" {
  lifecycle { ignore_changes = [description] }
}

resource "aws_wafv2_web_acl" "toy" {
  lifecycle { ignore_changes = [data_protection_config] }
}
