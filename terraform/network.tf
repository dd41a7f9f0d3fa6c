# Public subnets hold the NAT gateways and nothing else. Tasks, database and load balancer live in private ones.
resource "aws_vpc" "toy" {
  cidr_block           = var.network
  enable_dns_support   = true
  enable_dns_hostnames = true

  tags = { Name = local.name }
}

resource "aws_default_security_group" "closed" {
  vpc_id = aws_vpc.toy.id
}

resource "aws_subnet" "public" {
  count = length(local.zones)

  vpc_id            = aws_vpc.toy.id
  availability_zone = local.zones[count.index]
  cidr_block        = cidrsubnet(var.network, 4, count.index)

  tags = { Name = "${local.name}-public-${local.zones[count.index]}" }
}

resource "aws_subnet" "private" {
  count = length(local.zones)

  vpc_id            = aws_vpc.toy.id
  availability_zone = local.zones[count.index]
  cidr_block        = cidrsubnet(var.network, 4, 8 + count.index)

  tags = { Name = "${local.name}-private-${local.zones[count.index]}" }
}

resource "aws_internet_gateway" "toy" {
  vpc_id = aws_vpc.toy.id

  tags = { Name = local.name }
}

resource "aws_eip" "nat" {
  count = var.gateway_per_zone ? length(local.zones) : 1

  domain = "vpc"

  tags = { Name = "${local.name}-nat-${local.zones[count.index]}" }

  depends_on = [aws_internet_gateway.toy]
}

resource "aws_nat_gateway" "toy" {
  count = length(aws_eip.nat)

  allocation_id = aws_eip.nat[count.index].id
  subnet_id     = aws_subnet.public[count.index].id

  tags = { Name = "${local.name}-${local.zones[count.index]}" }
}

resource "aws_route_table" "public" {
  vpc_id = aws_vpc.toy.id

  route {
    cidr_block = "0.0.0.0/0"
    gateway_id = aws_internet_gateway.toy.id
  }

  tags = { Name = "${local.name}-public" }
}

resource "aws_route_table" "private" {
  count = length(local.zones)

  vpc_id = aws_vpc.toy.id

  route {
    cidr_block     = "0.0.0.0/0"
    nat_gateway_id = aws_nat_gateway.toy[var.gateway_per_zone ? count.index : 0].id
  }

  tags = { Name = "${local.name}-private-${local.zones[count.index]}" }
}

resource "aws_route_table_association" "public" {
  count = length(local.zones)

  subnet_id      = aws_subnet.public[count.index].id
  route_table_id = aws_route_table.public.id
}

resource "aws_route_table_association" "private" {
  count = length(local.zones)

  subnet_id      = aws_subnet.private[count.index].id
  route_table_id = aws_route_table.private[count.index].id
}

# The layers of images lie in S3: through this they cost no NAT gateway's traffic.
resource "aws_vpc_endpoint" "s3" {
  vpc_id          = aws_vpc.toy.id
  service_name    = "com.amazonaws.${var.region}.s3"
  route_table_ids = aws_route_table.private[*].id

  tags = { Name = "${local.name}-s3" }
}

resource "aws_flow_log" "toy" {
  vpc_id          = aws_vpc.toy.id
  traffic_type    = "REJECT"
  iam_role_arn    = aws_iam_role.toy["flow-log"].arn
  log_destination = aws_cloudwatch_log_group.toy["network"].arn

  tags = { Name = local.name }
}
