# What the deployment promises, asked of its plan. Nothing is made: the provider is a mock.
mock_provider "aws" {
  mock_data "aws_caller_identity" {
    defaults = { account_id = "123456789012" }
  }
  mock_data "aws_partition" {
    defaults = { partition = "aws" }
  }
}

mock_provider "aws" {
  alias = "edge"
}

variables {
  environment = "test"
  region      = "eu-central-1"
  owner       = "nobody"
  expires     = "2027-01-31"
  countries   = ["AT"]
  image       = "123456789012.dkr.ecr.eu-central-1.amazonaws.com/breakable-toy/web@sha256:0000000000000000000000000000000000000000000000000000000000000000"
}

run "nobody_comes_in_from_elsewhere" {
  command = plan

  assert {
    condition     = aws_lb.toy.internal
    error_message = "The load balancer has a public address."
  }
  assert {
    condition     = aws_vpc_security_group_ingress_rule.load_balancer_from_cloudfront.cidr_ipv4 == null
    error_message = "The load balancer takes requests from addresses that are not CloudFront's."
  }
  assert {
    condition     = !coalesce(aws_db_instance.toy.publicly_accessible, false)
    error_message = "The database has a public address."
  }
  assert {
    condition     = !aws_ecs_service.web.network_configuration[0].assign_public_ip
    error_message = "The tasks have public addresses."
  }
}

run "database_speaks_tls_only" {
  command = plan

  assert {
    condition     = anytrue([for parameter in aws_db_parameter_group.toy.parameter : parameter.name == "rds.force_ssl" && parameter.value == "1"])
    error_message = "The database takes connections in plain text."
  }
  assert {
    condition     = strcontains(local.container.environment[index(local.container.environment[*].name, "POSTGRES_CA")].value, "BEGIN CERTIFICATE")
    error_message = "The toy would take any certificate for the database's."
  }
}

run "task_may_do_no_more_than_in_the_box" {
  command = plan

  assert {
    condition     = alltrue([for container in values(local.containers) : container.readonlyRootFilesystem && container.user == "1000"])
    error_message = "A task runs as root, or may write its root."
  }
  assert {
    condition     = alltrue([for container in values(local.containers) : container.linuxParameters.capabilities.drop == ["ALL"]])
    error_message = "A task has capabilities."
  }
  assert {
    condition     = length(setintersection(local.container.environment[*].name, local.container.secrets[*].name)) == 0
    error_message = "A secret is in the environment in plain text."
  }
  assert {
    condition     = toset(local.container.secrets[*].name) == toset(["DJANGO_SECRET_KEY", "POSTGRES_PASSWORD"])
    error_message = "The secrets are not the two that the toy needs."
  }
}

run "load_balancer_asks_for_liveness" {
  command = plan

  assert {
    condition     = one(aws_lb_target_group.web.health_check).path == "/health-check/live/"
    error_message = "It asks what depends on the database: with that gone it would have all tasks replaced."
  }
  assert {
    condition     = local.containers.web.healthCheck.command[4] == "/health-check/live/"
    error_message = "ECS asks what depends on the database: with that gone it would replace all tasks."
  }
}

run "failed_rollout_goes_back" {
  command = plan

  assert {
    condition     = alltrue([for breaker in aws_ecs_service.web.deployment_circuit_breaker : breaker.enable && breaker.rollback])
    error_message = "A version that never gets healthy would stay."
  }
}

run "without_a_domain" {
  command = plan

  assert {
    condition     = aws_lb_listener.toy.protocol == "HTTP" && local.origin.protocol == "http-only"
    error_message = "Without a name there is no certificate for the load balancer."
  }
  assert {
    condition     = length(aws_route53_record.toy) + length(aws_acm_certificate.origin) + length(aws_acm_certificate.edge) == 0
    error_message = "Something is made for a domain that there is not."
  }
}

run "with_a_domain" {
  command = plan

  variables {
    domain  = "toy.example.org"
    zone_id = "Z0123456789"
  }

  assert {
    condition     = local.origin.protocol == "https-only" && aws_lb_listener.toy.port == 443
    error_message = "CloudFront asks the load balancer in plain text, though there is a certificate."
  }
  assert {
    condition     = aws_cloudfront_distribution.toy.aliases == toset(["toy.example.org"]) && toset(keys(aws_route53_record.toy)) == toset(["A", "AAAA"])
    error_message = "The domain does not lead to CloudFront."
  }
  assert {
    condition     = one(aws_cloudfront_distribution.toy.viewer_certificate).minimum_protocol_version == "TLSv1.2_2021"
    error_message = "Visitors may come with an old TLS."
  }
}

run "one_gateway_or_one_for_each_zone" {
  command = plan

  variables { gateway_per_zone = true }

  assert {
    condition     = length(aws_nat_gateway.toy) == length(var.zones)
    error_message = "A zone has no gateway of its own."
  }
}

run "runs_on_amd64" {
  command = plan

  variables { architecture = "X86_64" }

  assert {
    condition     = [for definition in values(aws_ecs_task_definition.toy) : one(definition.runtime_platform).cpu_architecture] == ["X86_64", "X86_64"]
    error_message = "The web tasks, or those for commands, would not run an image for amd64."
  }
}

run "runs_on_arm64" {
  command = plan

  variables { architecture = "ARM64" }

  assert {
    condition     = [for definition in values(aws_ecs_task_definition.toy) : one(definition.runtime_platform).cpu_architecture] == ["ARM64", "ARM64"]
    error_message = "The web tasks, or those for commands, would not run an image for arm64."
  }
}

run "alarms_reach_somebody" {
  command = plan

  variables { alarm_email = "ada@example.org" }

  assert {
    condition     = one(aws_sns_topic_subscription.email).endpoint == "ada@example.org" && one(aws_sns_topic_subscription.email).protocol == "email"
    error_message = "Who is to hear of alarms does not."
  }
}

run "what_cannot_be_meant_is_refused" {
  command = plan

  variables {
    environment  = "Production"
    region       = "eu-nowhere-1"
    zones        = ["a"]
    expires      = "soon"
    countries    = []
    image        = "breakable-toy/web:latest"
    network      = "10.0.0.0/24"
    domain       = "toy.example.org"
    tasks        = { min = 2, max = 1 }
    backup_days  = 0
    architecture = "amd64"
  }

  expect_failures = [
    var.environment, var.region, var.zones, var.expires, var.countries, var.image, var.network, var.zone_id, var.tasks,
    var.backup_days, var.architecture,
  ]
}
