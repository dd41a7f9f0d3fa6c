# Allowed connections: CloudFront -> load balancer -> web -> database, and web -> AWS by HTTPS. Nothing else.
resource "aws_security_group" "load_balancer" {
  name        = "${local.name}-load-balancer"
  description = "CloudFront may ask it; it asks the web tasks"
  vpc_id      = aws_vpc.toy.id

  tags = { Name = "${local.name}-load-balancer" }

  lifecycle { create_before_destroy = true }
}

resource "aws_security_group" "web" {
  name        = "${local.name}-web"
  description = "The load balancer may ask it; it asks the database, and AWS"
  vpc_id      = aws_vpc.toy.id

  tags = { Name = "${local.name}-web" }

  lifecycle { create_before_destroy = true }
}

resource "aws_security_group" "database" {
  name        = "${local.name}-database"
  description = "The web tasks may connect to it; it connects to nothing"
  vpc_id      = aws_vpc.toy.id

  tags = { Name = "${local.name}-database" }

  lifecycle { create_before_destroy = true }
}

# CloudFront's addresses, as AWS keeps them. The load balancer has no public address: of CloudFront's customers, only
# one with a VPC origin in this account comes here.
data "aws_ec2_managed_prefix_list" "cloudfront" {
  name = "com.amazonaws.global.cloudfront.origin-facing"
}

resource "aws_vpc_security_group_ingress_rule" "load_balancer_from_cloudfront" {
  security_group_id = aws_security_group.load_balancer.id
  description       = "Requests from CloudFront"
  prefix_list_id    = data.aws_ec2_managed_prefix_list.cloudfront.id
  ip_protocol       = "tcp"
  from_port         = local.origin.port
  to_port           = local.origin.port
}

resource "aws_vpc_security_group_egress_rule" "load_balancer_to_web" {
  security_group_id            = aws_security_group.load_balancer.id
  description                  = "Requests and liveness probes"
  referenced_security_group_id = aws_security_group.web.id
  ip_protocol                  = "tcp"
  from_port                    = local.port
  to_port                      = local.port
}

resource "aws_vpc_security_group_ingress_rule" "web_from_load_balancer" {
  security_group_id            = aws_security_group.web.id
  description                  = "Requests and liveness probes"
  referenced_security_group_id = aws_security_group.load_balancer.id
  ip_protocol                  = "tcp"
  from_port                    = local.port
  to_port                      = local.port
}

resource "aws_vpc_security_group_egress_rule" "web_to_database" {
  security_group_id            = aws_security_group.web.id
  description                  = "Queries"
  referenced_security_group_id = aws_security_group.database.id
  ip_protocol                  = "tcp"
  from_port                    = 5432
  to_port                      = 5432
}

resource "aws_vpc_security_group_egress_rule" "web_to_aws" {
  security_group_id = aws_security_group.web.id
  description       = "Images, secrets and logs"
  cidr_ipv4         = "0.0.0.0/0"
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
}

resource "aws_vpc_security_group_ingress_rule" "database_from_web" {
  security_group_id            = aws_security_group.database.id
  description                  = "Queries"
  referenced_security_group_id = aws_security_group.web.id
  ip_protocol                  = "tcp"
  from_port                    = 5432
  to_port                      = 5432
}
