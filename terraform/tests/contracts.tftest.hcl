# The deployment's promises, checked in its plan. Nothing is made: the provider is a mock.
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

# One plan for all contracts of the default values: a plan takes some seconds.
run "with_the_defaults" {
  command = plan

  # The load balancer, the database and the tasks are private.
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

  # The database speaks TLS only.
  assert {
    condition     = anytrue([for parameter in aws_db_parameter_group.toy.parameter : parameter.name == "rds.force_ssl" && parameter.value == "1"])
    error_message = "The database takes connections in plain text."
  }
  assert {
    condition     = strcontains(local.environment.POSTGRES_CA, "BEGIN CERTIFICATE")
    error_message = "The toy would take any certificate for the database's."
  }

  # A task may do no more than in the box.
  assert {
    condition     = alltrue([for container in values(local.containers) : container.readonlyRootFilesystem && container.user == "1000"])
    error_message = "A task runs as root, or may write its root."
  }
  assert {
    condition     = alltrue([for container in values(local.containers) : container.linuxParameters.capabilities.drop == ["ALL"]])
    error_message = "A task has capabilities."
  }
  assert {
    condition     = alltrue([for task in values(local.definitions) : length(setintersection(task.environment[*].name, task.secrets[*].name)) == 0])
    error_message = "A secret is in the environment in plain text."
  }
  assert {
    condition     = { for name, task in local.definitions : name => join(" ", sort(task.secrets[*].name)) } == { web = "DJANGO_SECRET_KEY POSTGRES_PASSWORD", manage = "DJANGO_SECRET_KEY POSTGRES_PASSWORD POSTGRES_WEB_PASSWORD" }
    error_message = "The secrets are not those that the tasks need."
  }
  assert {
    condition     = local.environments.web.POSTGRES_USER == "toy_web_0" && aws_db_instance.toy.username == local.environments.manage.POSTGRES_USER
    error_message = "Requests are answered by the owner of the tables, or another user migrates."
  }
  assert {
    condition     = { for turn, parameter in aws_ssm_parameter.web_password : turn => parameter.value_wo_version } == { 0 = 2, 1 = 1 }
    error_message = "The user that does not serve gets a new password."
  }

  # The load balancer asks for liveness.
  assert {
    condition     = one(aws_lb_target_group.web.health_check).path == "/health-check/live/"
    error_message = "It asks what depends on the database: with that gone it would have all tasks replaced."
  }
  assert {
    condition     = local.containers.web.healthCheck.command[4] == "/health-check/live/"
    error_message = "ECS asks what depends on the database: with that gone it would replace all tasks."
  }

  # A failed rollout goes back.
  assert {
    condition     = alltrue([for breaker in aws_ecs_service.web.deployment_circuit_breaker : breaker.enable && breaker.rollback])
    error_message = "A version that never gets healthy would stay."
  }

  # Without a domain.
  assert {
    condition     = aws_lb_listener.toy.protocol == "HTTP" && local.origin.protocol == "http-only"
    error_message = "Without a name there is no certificate for the load balancer."
  }
  assert {
    condition     = length(aws_route53_record.toy) + length(aws_acm_certificate.origin) + length(aws_acm_certificate.edge) == 0
    error_message = "Something is made for a domain that there is not."
  }

  # Runs on amd64.
  assert {
    condition     = [for definition in values(aws_ecs_task_definition.toy) : one(definition.runtime_platform).cpu_architecture] == ["X86_64", "X86_64"]
    error_message = "The web tasks, or those for commands, would not run an image for amd64."
  }

  # Requests are limited by address, logins and votes more strictly.
  assert {
    condition = {
      for rule in aws_wafv2_web_acl.toy.rule : rule.name => one(one(rule.statement).rate_based_statement).limit
      if length(one(rule.statement).rate_based_statement) > 0
    } == { login-rate = 20, vote-rate = 100, visitor-rate = 2000 }
    error_message = "A rate rule of the firewall is missing, or has another limit."
  }
  assert {
    condition = alltrue([
      for rule in aws_wafv2_web_acl.toy.rule : one(one(rule.action).block).custom_response[0].response_code == 429
      if endswith(rule.name, "-rate")
    ])
    error_message = "A visitor who asks too often gets no 429."
  }
  assert {
    condition = {
      for rule in aws_wafv2_web_acl.toy.rule : rule.name => flatten([
        for part in one(one(one(one(rule.statement).rate_based_statement).scope_down_statement).and_statement).statement :
        [for match in part.byte_match_statement : "${match.positional_constraint} ${match.search_string}"]
      ])
      if contains(["login-rate", "vote-rate"], rule.name)
    } == { login-rate = ["EXACTLY POST", "STARTS_WITH /admin/login"], vote-rate = ["EXACTLY POST", "ENDS_WITH /vote/"] }
    error_message = "The strict limits are not for logins and votes."
  }

  # Logs have no visitor's place and no session, and what has addresses is kept for a month.
  assert {
    condition     = length(setintersection(aws_cloudwatch_log_delivery.cdn.record_fields, ["cs-uri-query", "cs(Referer)", "cs(Cookie)"])) == 0
    error_message = "CloudFront logs queries, with visitors' places in them, or cookies."
  }
  assert {
    condition     = length([for field in aws_wafv2_web_acl_logging_configuration.toy.redacted_fields : field if length(field.query_string) > 0]) == 1
    error_message = "The firewall logs queries."
  }
  assert {
    condition     = toset(flatten([for field in aws_wafv2_web_acl_logging_configuration.toy.redacted_fields : field.single_header[*].name])) == toset(["cookie", "referer"])
    error_message = "The firewall logs sessions, or the page before with its query."
  }
  assert {
    condition = toset(flatten([
      for protection in one(aws_wafv2_web_acl.toy.data_protection_config).data_protection :
      [for field in protection.field : concat([field.field_type], tolist(coalesce(field.field_keys, [])))]
    ])) == toset(["QUERY_STRING", "SINGLE_HEADER", "cookie", "referer"])
    error_message = "The firewall's samples show queries, or sessions."
  }
  assert {
    condition = {
      for name, group in merge(aws_cloudwatch_log_group.toy, aws_cloudwatch_log_group.edge) : name => group.retention_in_days
      if group.retention_in_days != var.log_days
    } == { web = 30, database = 30, cdn = 30, firewall = 30 }
    error_message = "A log with visitors' addresses is kept for longer than a month."
  }
}

run "with_every_option" {
  command = plan

  variables {
    account          = "123456789012"
    alarm_email      = "ada@example.org"
    architecture     = "ARM64"
    domain           = "toy.example.org"
    gateway_per_zone = true
    log_days         = 14
    zone_id          = "Z0123456789"

    web_password_version = 5
  }

  assert {
    condition     = { for turn, parameter in aws_ssm_parameter.web_password : turn => parameter.value_wo_version } == { 0 = 4, 1 = 5 }
    error_message = "A new version renews the password of the user that serves, or of both."
  }
  assert {
    condition     = local.environments.web.POSTGRES_USER == "toy_web_1" && local.environments.manage.POSTGRES_WEB_USER == "toy_web_1"
    error_message = "The users do not take turns."
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
  assert {
    condition     = length(aws_nat_gateway.toy) == length(var.zones)
    error_message = "A zone shares its gateway."
  }
  assert {
    condition     = [for definition in values(aws_ecs_task_definition.toy) : one(definition.runtime_platform).cpu_architecture] == ["ARM64", "ARM64"]
    error_message = "The web tasks, or those for commands, would not run an image for arm64."
  }
  assert {
    condition     = one(aws_sns_topic_subscription.email).endpoint == "ada@example.org" && one(aws_sns_topic_subscription.email).protocol == "email"
    error_message = "Who is to hear of alarms does not."
  }
  assert {
    condition     = toset([for group in merge(aws_cloudwatch_log_group.toy, aws_cloudwatch_log_group.edge) : group.retention_in_days]) == toset([14])
    error_message = "A log is kept for longer than log_days."
  }
}

run "what_cannot_be_meant_is_refused" {
  command = plan

  variables {
    environment  = "Production"
    account      = "staging"
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

    web_password_version = 1
  }

  expect_failures = [
    var.environment, var.account, var.region, var.zones, var.expires, var.countries, var.image, var.network, var.zone_id, var.tasks,
    var.backup_days, var.architecture, var.web_password_version,
  ]
}
