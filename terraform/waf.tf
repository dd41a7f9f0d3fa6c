# The firewall at CloudFront: known attacks, and limits for each address.
locals {
  rate_seconds = 300

  # Requests of one address in five minutes. Who works behind one address of a company shares them. The app itself locks
  # an address out after five failed logins (AXES_FAILURE_LIMIT); this spares it the work, and the password hashing.
  rate_limits = {
    login   = { priority = 20, limit = 20, path = "/admin/login", position = "STARTS_WITH" }
    vote    = { priority = 21, limit = 100, path = "/vote/", position = "ENDS_WITH" }
    visitor = { priority = 22, limit = 2000, path = null, position = null }
  }

  private_parts = {
    headers = { type = "SINGLE_HEADER", keys = ["cookie", "referer"] }
    query   = { type = "QUERY_STRING", keys = null }
  }
}

resource "aws_wafv2_web_acl" "toy" {
  provider = aws.edge

  name        = local.name
  description = "What no visitor of the toy would ask"
  scope       = "CLOUDFRONT"

  default_action {
    allow {}
  }

  # Of what AWS keeps of requests: samples for three hours, and the log.
  data_protection_config {
    dynamic "data_protection" {
      for_each = local.private_parts

      content {
        action = "SUBSTITUTION"

        field {
          field_type = data_protection.value.type
          field_keys = data_protection.value.keys
        }
      }
    }
  }

  custom_response_body {
    key          = "too-many"
    content_type = "TEXT_PLAIN"
    content      = "Too many requests from your address. Try again in five minutes."
  }

  dynamic "rule" {
    for_each = local.rate_limits

    content {
      name     = "${rule.key}-rate"
      priority = rule.value.priority

      action {
        block {
          custom_response {
            response_code            = 429
            custom_response_body_key = "too-many"

            response_header {
              name  = "Retry-After"
              value = tostring(local.rate_seconds)
            }
          }
        }
      }

      statement {
        rate_based_statement {
          aggregate_key_type    = "IP"
          evaluation_window_sec = local.rate_seconds
          limit                 = rule.value.limit

          dynamic "scope_down_statement" {
            for_each = rule.value.path[*]

            content {
              and_statement {
                statement {
                  byte_match_statement {
                    search_string         = "POST"
                    positional_constraint = "EXACTLY"

                    field_to_match {
                      method {}
                    }

                    text_transformation {
                      priority = 0
                      type     = "NONE"
                    }
                  }
                }

                statement {
                  byte_match_statement {
                    search_string         = rule.value.path
                    positional_constraint = rule.value.position

                    field_to_match {
                      uri_path {}
                    }

                    # Django decodes the path, too.
                    text_transformation {
                      priority = 0
                      type     = "URL_DECODE"
                    }
                  }
                }
              }
            }
          }
        }
      }

      visibility_config {
        metric_name                = "${local.name}-${rule.key}-rate"
        cloudwatch_metrics_enabled = true
        sampled_requests_enabled   = true
      }
    }
  }

  rule {
    name     = "AWSManagedRulesKnownBadInputsRuleSet"
    priority = 0

    override_action {
      none {}
    }

    statement {
      managed_rule_group_statement {
        vendor_name = "AWS"
        name        = "AWSManagedRulesKnownBadInputsRuleSet"
      }
    }

    visibility_config {
      metric_name                = "AWSManagedRulesKnownBadInputsRuleSet"
      cloudwatch_metrics_enabled = true
      sampled_requests_enabled   = true
    }
  }

  rule {
    name     = "AWSManagedRulesAmazonIpReputationList"
    priority = 1

    override_action {
      none {}
    }

    statement {
      managed_rule_group_statement {
        vendor_name = "AWS"
        name        = "AWSManagedRulesAmazonIpReputationList"
      }
    }

    visibility_config {
      metric_name                = "AWSManagedRulesAmazonIpReputationList"
      cloudwatch_metrics_enabled = true
      sampled_requests_enabled   = true
    }
  }

  rule {
    name     = "AWSManagedRulesAnonymousIpList"
    priority = 2

    # Counted, not kept out: a company's own VPN, and the machine that deploys, are among them.
    override_action {
      count {}
    }

    statement {
      managed_rule_group_statement {
        vendor_name = "AWS"
        name        = "AWSManagedRulesAnonymousIpList"
      }
    }

    visibility_config {
      metric_name                = "AWSManagedRulesAnonymousIpList"
      cloudwatch_metrics_enabled = true
      sampled_requests_enabled   = true
    }
  }

  visibility_config {
    metric_name                = local.name
    cloudwatch_metrics_enabled = true
    sampled_requests_enabled   = true
  }
}

resource "aws_wafv2_web_acl_logging_configuration" "toy" {
  provider = aws.edge

  resource_arn            = aws_wafv2_web_acl.toy.arn
  log_destination_configs = [aws_cloudwatch_log_group.edge["firewall"].arn]

  # Sessions and places are personal: /near/?lat=...&lon=..., also as the page before.
  dynamic "redacted_fields" {
    for_each = toset(["cookie", "referer"])

    content {
      single_header { name = redacted_fields.value }
    }
  }

  redacted_fields {
    query_string {}
  }

  # CloudFront logs the requests that passed.
  logging_filter {
    default_behavior = "DROP"

    filter {
      behavior    = "KEEP"
      requirement = "MEETS_ANY"

      condition {
        action_condition { action = "BLOCK" }
      }
    }
  }
}
