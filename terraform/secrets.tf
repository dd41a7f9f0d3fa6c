# The state has none of them: AWS makes the password of the database's master user and renews it each week; Terraform only
# passes the others on. Each is made of 244 random bits when it is applied.
resource "aws_ssm_parameter" "django_secret_key" {
  name        = "/${local.name}/django-secret-key"
  description = "Signs sessions and forms: another one logs everybody out"
  type        = "SecureString"
  key_id      = aws_kms_key.toy.arn
  value_wo    = "${uuid()}${uuid()}"
  # A higher number makes a new key.
  value_wo_version = 1
}

# Of the users toy_web_0 and toy_web_1. Each new version of the toy renews the one that does not serve (service.tf).
resource "aws_ssm_parameter" "web_password" {
  for_each = toset(["0", "1"])

  name        = "/${local.name}/web-password-${each.key}"
  description = "The database's user toy_web_${each.key}, who answers requests"
  type        = "SecureString"
  key_id      = aws_kms_key.toy.arn
  value_wo    = "${uuid()}${uuid()}"
  # The last version that was this user's.
  value_wo_version = var.web_password_version - (var.web_password_version + tonumber(each.key)) % 2
}
