# It has no public address: CloudFront reaches it through a VPC origin (cdn.tf).
resource "aws_lb" "toy" {
  #checkov:skip=CKV_AWS_91:CloudFront alone asks it, and logs each request; so does the app, with the same request's id. Its own log would need a bucket that nobody reads.
  name               = local.name
  internal           = true
  load_balancer_type = "application"
  subnets            = aws_subnet.private[*].id
  security_groups    = [aws_security_group.load_balancer.id]

  enable_deletion_protection = var.deletion_protection
  drop_invalid_header_fields = true
  # Longer than CloudFront keeps an idle connection, or it would find it closed.
  idle_timeout = 70
}

# By HTTPS where there is a name that a certificate can be for; otherwise inside AWS's network in plain HTTP.
locals {
  certificate_arn = one(aws_acm_certificate_validation.origin[*].certificate_arn)
  origin = {
    port     = var.domain == null ? 80 : 443
    protocol = var.domain == null ? "http-only" : "https-only"
  }
}

resource "aws_lb_listener" "toy" {
  load_balancer_arn = aws_lb.toy.arn
  port              = local.origin.port
  protocol          = local.certificate_arn == null ? "HTTP" : "HTTPS"
  certificate_arn   = local.certificate_arn
  ssl_policy        = local.certificate_arn == null ? null : "ELBSecurityPolicy-TLS13-1-2-2021-06"

  default_action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.web.arn
  }
}

resource "aws_lb_target_group" "web" {
  name_prefix = "toy-"
  vpc_id      = aws_vpc.toy.id
  target_type = "ip"
  port        = local.port
  protocol    = "HTTP"
  # Tasks finish what they have begun (app/config/health/drain.py).
  deregistration_delay          = 30
  load_balancing_algorithm_type = "least_outstanding_requests"

  # Is it alive, not: can it work. Otherwise the database's trouble would have all tasks replaced.
  health_check {
    path                = local.liveness
    matcher             = "200"
    interval            = 10
    timeout             = 5
    healthy_threshold   = 2
    unhealthy_threshold = 3
  }

  lifecycle { create_before_destroy = true }
}
