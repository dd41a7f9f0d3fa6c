locals {
  # AWS's own policies; their numbers are the same in every account.
  cache_by_origin  = "658327ea-f89d-4fab-a63d-7e88639e58f6" # CachingOptimized: compressed, for as long as the origin says
  cache_nothing    = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad" # CachingDisabled
  pass_all_headers = "33f36d7e-f396-46d9-90e0-52428a34d9dc" # AllViewerAndCloudFrontHeaders-2022-06
}

resource "aws_cloudfront_vpc_origin" "toy" {
  vpc_origin_endpoint_config {
    name                   = local.name
    arn                    = aws_lb.toy.arn
    http_port              = 80
    https_port             = 443
    origin_protocol_policy = local.origin.protocol

    origin_ssl_protocols {
      items    = ["TLSv1.2"]
      quantity = 1
    }
  }

  # AWS wants one in the VPC, though nothing comes through it.
  depends_on = [aws_internet_gateway.toy]
}

resource "aws_cloudfront_distribution" "toy" {
  #checkov:skip=CKV_AWS_86:It logs to CloudWatch by a log delivery (logs.tf), which came after this argument.
  #checkov:skip=CKV_AWS_310:There is one origin, in several zones; a second one would be a second deployment.
  comment         = local.name
  enabled         = true
  is_ipv6_enabled = true
  http_version    = "http2and3"
  # The list of questions.
  default_root_object = "polls/"
  price_class         = "PriceClass_100"
  aliases             = var.domain == null ? [] : [var.domain]
  web_acl_id          = aws_wafv2_web_acl.toy.arn

  origin {
    origin_id   = "load-balancer"
    domain_name = aws_lb.toy.dns_name

    vpc_origin_config {
      vpc_origin_id            = aws_cloudfront_vpc_origin.toy.id
      origin_keepalive_timeout = 60
      # Longer than the app lets a request wait.
      origin_read_timeout = 30
    }
  }

  # Everything is the app's business, cookies and all.
  default_cache_behavior {
    target_origin_id         = "load-balancer"
    viewer_protocol_policy   = "redirect-to-https"
    allowed_methods          = ["GET", "HEAD", "OPTIONS", "PUT", "POST", "PATCH", "DELETE"]
    cached_methods           = ["GET", "HEAD"]
    compress                 = true
    cache_policy_id          = local.cache_nothing
    origin_request_policy_id = local.pass_all_headers

    response_headers_policy_id = aws_cloudfront_response_headers_policy.toy.id
  }

  # Files whose names change with their content.
  ordered_cache_behavior {
    path_pattern             = "/static/*"
    target_origin_id         = "load-balancer"
    viewer_protocol_policy   = "redirect-to-https"
    allowed_methods          = ["GET", "HEAD"]
    cached_methods           = ["GET", "HEAD"]
    compress                 = true
    cache_policy_id          = local.cache_by_origin
    origin_request_policy_id = local.pass_all_headers

    response_headers_policy_id = aws_cloudfront_response_headers_policy.toy.id
  }

  viewer_certificate {
    cloudfront_default_certificate = var.domain == null
    acm_certificate_arn            = one(aws_acm_certificate_validation.edge[*].certificate_arn)
    # With its own certificate CloudFront takes no other; what it does then is its choice.
    minimum_protocol_version = var.domain == null ? "TLSv1" : "TLSv1.2_2021"
    ssl_support_method       = var.domain == null ? null : "sni-only"
  }

  restrictions {
    geo_restriction {
      restriction_type = "whitelist"
      locations        = var.countries
    }
  }
}

# Headers of the app's answers, for cached files, too.
resource "aws_cloudfront_response_headers_policy" "toy" {
  name = local.name

  security_headers_config {
    strict_transport_security {
      access_control_max_age_sec = 31536000
      include_subdomains         = true
      preload                    = true
      override                   = true
    }

    content_type_options { override = false }
  }

  # Whose program it is, and which version.
  remove_headers_config {
    items { header = "Server" }
  }
}
