output "url" {
  description = "Where the toy is."
  value       = "https://${local.host}"
}

output "readiness" {
  description = "Where it says whether it can work."
  value       = "https://${local.host}${local.readiness}"
}

output "image" {
  description = "The image that was asked for."
  value       = var.image
}

output "region" {
  description = "Where it runs."
  value       = var.region
}

output "cluster" {
  description = "The ECS cluster."
  value       = aws_ecs_cluster.toy.name
}

output "service" {
  description = "The ECS service of the web tasks."
  value       = aws_ecs_service.web.name
}

output "task_definitions" {
  description = "The newest revision of the web server's, and of the one for commands of manage.py."
  value       = { for name, definition in aws_ecs_task_definition.toy : name => definition.arn }
}

output "task_network" {
  description = "Where a task for a command of manage.py runs."
  value       = { subnets = aws_subnet.private[*].id, security_groups = [aws_security_group.web.id] }
}

output "web_password_version" {
  description = "How many passwords of the users that answer requests there have been: the next plan counts on."
  value       = var.web_password_version
}

output "log_group" {
  description = "Where the tasks' logs are."
  value       = aws_cloudwatch_log_group.toy["web"].name
}
