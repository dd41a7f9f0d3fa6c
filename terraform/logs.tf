locals {
  logs = {
    web     = "/${local.name}/web"
    network = "/${local.name}/network"
    # These names are RDS's and ECS's own.
    database = "/aws/rds/instance/${local.name}/postgresql"
    upgrade  = "/aws/rds/instance/${local.name}/upgrade"
    insights = "/aws/ecs/containerinsights/${local.name}/performance"
  }
  # WAF takes only logs whose names begin so.
  logs_at_the_edge = {
    cdn      = "/${local.name}/cdn"
    firewall = "aws-waf-logs-${local.name}"
  }

  # These have visitors' addresses, or slow queries with their places: they are not kept for the year of the others.
  logs_of_visitors = ["web", "database", "cdn", "firewall"]
  # 0 is CloudWatch's word for ever.
  visitor_log_days = var.log_days == 0 ? var.visitor_log_days : min(var.log_days, var.visitor_log_days)
}

resource "aws_cloudwatch_log_group" "toy" {
  for_each = local.logs

  name              = each.value
  retention_in_days = contains(local.logs_of_visitors, each.key) ? local.visitor_log_days : var.log_days
  kms_key_id        = aws_kms_key.toy.arn
}

resource "aws_cloudwatch_log_group" "edge" {
  for_each = local.logs_at_the_edge
  provider = aws.edge

  name              = each.value
  retention_in_days = contains(local.logs_of_visitors, each.key) ? local.visitor_log_days : var.log_days
  kms_key_id        = aws_kms_key.edge.arn
}

# CloudFront's, a line of JSON for each request.
resource "aws_cloudwatch_log_delivery_source" "cdn" {
  provider = aws.edge

  name         = "${local.name}-cdn"
  log_type     = "ACCESS_LOGS"
  resource_arn = aws_cloudfront_distribution.toy.arn
}

resource "aws_cloudwatch_log_delivery_destination" "cdn" {
  provider = aws.edge

  name          = "${local.name}-cdn"
  output_format = "json"

  delivery_destination_configuration {
    destination_resource_arn = aws_cloudwatch_log_group.edge["cdn"].arn
  }
}

resource "aws_cloudwatch_log_delivery" "cdn" {
  provider = aws.edge

  delivery_source_name = aws_cloudwatch_log_delivery_source.cdn.name
  # Without cookies, which are sessions, and without queries, which have visitors' places
  # (/near/?lat=...&lon=...): their own and those of the page before.
  record_fields = [
    "date", "time", "x-edge-location", "sc-bytes", "c-ip", "cs-method", "cs(Host)", "cs-uri-stem", "sc-status",
    "cs(User-Agent)", "x-edge-result-type", "x-edge-request-id", "x-host-header",
    "cs-protocol", "cs-bytes", "time-taken", "ssl-protocol", "ssl-cipher", "x-edge-response-result-type",
    "cs-protocol-version", "time-to-first-byte", "x-edge-detailed-result-type", "sc-content-type", "sc-content-len",
  ]
  delivery_destination_arn = aws_cloudwatch_log_delivery_destination.cdn.arn
}
