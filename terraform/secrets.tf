# Neither stands in the state: AWS makes the database's password, and Terraform only passes Django's key on.
resource "aws_ssm_parameter" "django_secret_key" {
  name        = "/${local.name}/django-secret-key"
  description = "Signs sessions and forms: another one logs everybody out"
  type        = "SecureString"
  key_id      = aws_kms_key.toy.arn
  # 244 random bits, made when it is applied.
  value_wo = "${uuid()}${uuid()}"
  # A higher number makes a new key.
  value_wo_version = 1
}
