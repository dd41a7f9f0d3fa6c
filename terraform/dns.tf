# All of this only where there is a domain. CloudFront takes its certificate from us-east-1, the load balancer from its
# own region; both are proven by the same entries of the zone.
resource "aws_acm_certificate" "edge" {
  count    = var.domain == null ? 0 : 1
  provider = aws.edge

  domain_name       = var.domain
  validation_method = "DNS"

  lifecycle { create_before_destroy = true }
}

resource "aws_acm_certificate" "origin" {
  count = var.domain == null ? 0 : 1

  domain_name       = var.domain
  validation_method = "DNS"

  lifecycle { create_before_destroy = true }
}

resource "aws_route53_record" "proof" {
  count = var.domain == null ? 0 : 1

  zone_id         = var.zone_id
  name            = local.proof.resource_record_name
  type            = local.proof.resource_record_type
  records         = [local.proof.resource_record_value]
  ttl             = 300
  allow_overwrite = true
}

locals {
  proof = var.domain == null ? null : one(aws_acm_certificate.edge[0].domain_validation_options)
}

resource "aws_acm_certificate_validation" "edge" {
  count    = var.domain == null ? 0 : 1
  provider = aws.edge

  certificate_arn         = aws_acm_certificate.edge[0].arn
  validation_record_fqdns = aws_route53_record.proof[*].fqdn
}

resource "aws_acm_certificate_validation" "origin" {
  count = var.domain == null ? 0 : 1

  certificate_arn         = aws_acm_certificate.origin[0].arn
  validation_record_fqdns = aws_route53_record.proof[*].fqdn
}

resource "aws_route53_record" "toy" {
  for_each = toset(var.domain == null ? [] : ["A", "AAAA"])

  zone_id = var.zone_id
  name    = var.domain
  type    = each.value

  alias {
    name                   = aws_cloudfront_distribution.toy.domain_name
    zone_id                = aws_cloudfront_distribution.toy.hosted_zone_id
    evaluate_target_health = false
  }
}
