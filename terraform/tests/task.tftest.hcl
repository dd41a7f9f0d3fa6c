# The task definitions as AWS would get them, whole: tests/task runs what is written there.
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

# What AWS says of a new thing, known before it is there.
override_resource {
  target          = aws_db_instance.toy
  override_during = plan
  values = {
    address            = "database.test"
    port               = 5432
    master_user_secret = [{ secret_arn = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:database" }]
  }
}

override_resource {
  target          = aws_ssm_parameter.django_secret_key
  override_during = plan
  values          = { arn = "arn:aws:ssm:eu-central-1:123456789012:parameter/toy-test/django-secret-key" }
}

override_resource {
  target          = aws_ssm_parameter.web_password
  override_during = plan
  values          = { arn = "arn:aws:ssm:eu-central-1:123456789012:parameter/toy-test/web-password" }
}

override_resource {
  target          = aws_cloudfront_distribution.toy
  override_during = plan
  values = {
    arn         = "arn:aws:cloudfront::123456789012:distribution/TEST"
    domain_name = "toy.cloudfront.test"
  }
}

run "tasks_are_known" {
  command = plan

  variables {
    environment = "test"
    region      = "eu-central-1"
    owner       = "nobody"
    expires     = "2027-01-31"
    countries   = ["AT"]
    image       = "123456789012.dkr.ecr.eu-central-1.amazonaws.com/breakable-toy/web@sha256:0000000000000000000000000000000000000000000000000000000000000000"
  }

  assert {
    condition     = length(jsondecode(aws_ecs_task_definition.toy["web"].container_definitions)) == 1
    error_message = "The task has more than the web server."
  }
  assert {
    condition = {
      for name, definition in aws_ecs_task_definition.toy : name => {
        for secret in one(jsondecode(definition.container_definitions)).secrets : secret.name => split("/", secret.valueFrom)[length(split("/", secret.valueFrom)) - 1]
        if secret.name != "DJANGO_SECRET_KEY"
      }
      } == {
      web    = { POSTGRES_PASSWORD = "web-password" }
      manage = { POSTGRES_PASSWORD = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:database:password::", POSTGRES_WEB_PASSWORD = "web-password" }
    }
    error_message = "The task that answers requests knows another password than its own user's."
  }
}
