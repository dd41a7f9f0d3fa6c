resource "aws_db_subnet_group" "toy" {
  name       = local.name
  subnet_ids = aws_subnet.private[*].id
}

# PostGIS comes with the engine; the app's first migration enables it.
resource "aws_db_parameter_group" "toy" {
  name_prefix = "${local.name}-"
  family      = "postgres17"

  # It refuses connections in plain text.
  parameter {
    name  = "rds.force_ssl"
    value = "1"
  }

  parameter {
    name  = "log_connections"
    value = "1"
  }

  # Queries that take longer than the app waits for them, in milliseconds.
  parameter {
    name  = "log_min_duration_statement"
    value = "3000"
  }

  # Statements that change tables or rights.
  parameter {
    name  = "log_statement"
    value = "ddl"
  }

  lifecycle { create_before_destroy = true }
}

resource "aws_db_instance" "toy" {
  identifier     = local.name
  engine         = "postgres"
  engine_version = "17"
  instance_class = var.database_class

  db_name                             = "toy"
  username                            = "toy"
  manage_master_user_password         = true
  master_user_secret_kms_key_id       = aws_kms_key.toy.key_id
  iam_database_authentication_enabled = true

  allocated_storage     = var.database_storage.min
  max_allocated_storage = var.database_storage.max
  storage_type          = "gp3"
  storage_encrypted     = true
  kms_key_id            = aws_kms_key.toy.arn

  multi_az               = var.database_standby
  db_subnet_group_name   = aws_db_subnet_group.toy.name
  vpc_security_group_ids = [aws_security_group.database.id]
  parameter_group_name   = aws_db_parameter_group.toy.name
  # Signed by what terraform/authorities has of the region.
  ca_cert_identifier = "rds-ca-rsa2048-g1"

  backup_retention_period    = var.backup_days
  backup_window              = "03:00-03:30"
  maintenance_window         = "sun:04:00-sun:04:30"
  auto_minor_version_upgrade = true
  copy_tags_to_snapshot      = true

  deletion_protection = var.deletion_protection
  # Without the protection, no snapshot is left either.
  skip_final_snapshot       = !var.deletion_protection
  final_snapshot_identifier = "${local.name}-last"
  delete_automated_backups  = true

  enabled_cloudwatch_logs_exports       = ["postgresql", "upgrade"]
  monitoring_interval                   = 60
  monitoring_role_arn                   = aws_iam_role.toy["monitoring"].arn
  performance_insights_enabled          = true
  performance_insights_kms_key_id       = aws_kms_key.toy.arn
  performance_insights_retention_period = 7

  lifecycle {
    # Minor versions come by themselves.
    ignore_changes = [engine_version]
  }

  # RDS would make the group itself, without retention and without our key.
  depends_on = [aws_cloudwatch_log_group.toy]
}
