resource "aws_ecs_cluster" "toy" {
  name = local.name

  setting {
    name  = "containerInsights"
    value = "enabled"
  }

  depends_on = [aws_cloudwatch_log_group.toy]
}

locals {
  database_secret_arn = aws_db_instance.toy.master_user_secret[0].secret_arn

  # Two users take turns in answering requests: a new password is the other one's, and what still runs keeps its own.
  web_turn = tostring(var.web_password_version % 2)
  web_user = "toy_web_${local.web_turn}"

  environment = {
    DJANGO_ALLOWED_HOSTS = local.host
    # A request passes CloudFront and the load balancer. CloudFront alone knows how it came.
    DJANGO_PROXY_COUNT     = "2"
    DJANGO_PROTOCOL_HEADER = "CloudFront-Forwarded-Proto"
    POSTGRES_HOST          = aws_db_instance.toy.address
    POSTGRES_PORT          = tostring(aws_db_instance.toy.port)
    POSTGRES_DB            = aws_db_instance.toy.db_name
    # The database has to show a certificate of these authorities, for its name.
    POSTGRES_CA = file("${path.module}/authorities/${var.region}.pem")
  }

  # Requests are answered by a user who may change rows. Tables belong to the database's master user, who migrates.
  environments = {
    web    = { POSTGRES_USER = local.web_user }
    manage = { POSTGRES_USER = aws_db_instance.toy.username, POSTGRES_WEB_USER = local.web_user }
  }
  secrets = {
    web = {
      DJANGO_SECRET_KEY = aws_ssm_parameter.django_secret_key.arn
      POSTGRES_PASSWORD = aws_ssm_parameter.web_password[local.web_turn].arn
    }
    manage = {
      DJANGO_SECRET_KEY     = aws_ssm_parameter.django_secret_key.arn
      POSTGRES_PASSWORD     = "${local.database_secret_arn}:password::"
      POSTGRES_WEB_PASSWORD = aws_ssm_parameter.web_password[local.web_turn].arn
    }
  }

  # Common to the web server and a command of manage.py: the image as it is run in the box, and no more rights.
  container = {
    name                   = "web"
    image                  = var.image
    essential              = true
    memory                 = var.task_memory
    user                   = "1000"
    readonlyRootFilesystem = true
    linuxParameters        = { initProcessEnabled = true, capabilities = { drop = ["ALL"] } }
    mountPoints            = [{ sourceVolume = "tmp", containerPath = "/tmp", readOnly = false }]

    logConfiguration = {
      logDriver = "awslogs"
      options = {
        awslogs-group         = aws_cloudwatch_log_group.toy["web"].name
        awslogs-region        = var.region
        awslogs-stream-prefix = "ecs"
        # A log that cannot be written holds no request up.
        mode            = "non-blocking"
        max-buffer-size = "4m"
      }
    }
  }

  containers = {
    web = merge(local.container, {
      portMappings = [{ containerPort = local.port, hostPort = local.port, protocol = "tcp" }]
      # Longer than the server waits for its last requests.
      stopTimeout = 30
      healthCheck = {
        command     = ["CMD", "python", "-m", "config.health.probe", local.liveness]
        interval    = 10
        timeout     = 5
        retries     = 3
        startPeriod = 60
      }
    })
    manage = merge(local.container, { command = ["python", "-c", file("${path.module}/migrate.py")] })
  }

  definitions = {
    for name, container in local.containers : name => merge(container, {
      environment = [for key, value in merge(local.environment, local.environments[name]) : { name = key, value = value }]
      secrets     = [for key, from in local.secrets[name] : { name = key, valueFrom = from }]
    })
  }
}

resource "aws_ecs_task_definition" "toy" {
  for_each = local.definitions

  family                   = "${local.name}-${each.key}"
  requires_compatibilities = ["FARGATE"]
  network_mode             = "awsvpc"
  cpu                      = var.task_cpu
  memory                   = var.task_memory
  execution_role_arn       = aws_iam_role.toy[local.execution_roles[each.key]].arn
  task_role_arn            = aws_iam_role.toy["web"].arn
  container_definitions    = jsonencode([each.value])
  # Earlier revisions are what a rollback goes back to.
  skip_destroy = true

  runtime_platform {
    operating_system_family = "LINUX"
    cpu_architecture        = var.architecture
  }

  # An empty folder with the rights that the image has there.
  volume { name = "tmp" }
}

# Before the new version serves: what it expects of the database. If this fails, the old version continues to serve.
resource "terraform_data" "migration" {
  triggers_replace = [aws_ecs_task_definition.toy["manage"].arn, var.web_password_version]

  provisioner "local-exec" {
    command = "python3 -m breakable_toy.infra.task"
    environment = {
      TASK_DEPLOYMENT      = var.environment
      TASK_IMAGE           = var.image
      TASK_CLUSTER         = aws_ecs_cluster.toy.name
      TASK_DEFINITION      = aws_ecs_task_definition.toy["manage"].arn
      TASK_SUBNETS         = join(",", aws_subnet.private[*].id)
      TASK_SECURITY_GROUPS = aws_security_group.web.id
      TASK_REGION          = var.region
      TASK_LOG_GROUP       = aws_cloudwatch_log_group.toy["web"].name
    }
  }

  # Conditions for the task to start, and to reach the database.
  depends_on = [
    aws_iam_role_policy.execution,
    aws_route_table_association.private,
    aws_route_table_association.public,
    aws_vpc_endpoint.s3,
    aws_vpc_security_group_egress_rule.web_to_aws,
    aws_vpc_security_group_egress_rule.web_to_database,
    aws_vpc_security_group_ingress_rule.database_from_web,
  ]
}

resource "aws_ecs_service" "web" {
  name            = "web"
  cluster         = aws_ecs_cluster.toy.id
  task_definition = aws_ecs_task_definition.toy["web"].arn
  launch_type     = "FARGATE"
  desired_count   = var.tasks.min

  deployment_minimum_healthy_percent = 100
  deployment_maximum_percent         = 200
  health_check_grace_period_seconds  = 60
  availability_zone_rebalancing      = "ENABLED"
  propagate_tags                     = "SERVICE"
  enable_ecs_managed_tags            = true
  # scripts/infra waits, with progress; Terraform would take a rollback for success.
  wait_for_steady_state = false

  deployment_circuit_breaker {
    enable   = true
    rollback = true
  }

  network_configuration {
    subnets          = aws_subnet.private[*].id
    security_groups  = [aws_security_group.web.id]
    assign_public_ip = false
  }

  load_balancer {
    target_group_arn = aws_lb_target_group.web.arn
    container_name   = local.container.name
    container_port   = local.port
  }

  lifecycle {
    # How many there are at a time is the autoscaling's business.
    ignore_changes = [desired_count]
  }

  depends_on = [terraform_data.migration, aws_lb_listener.toy]
}
