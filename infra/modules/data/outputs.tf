output "settings" {
  description = "Settings of the application that are not secret: with Atlas its address, which holds no password."
  value       = local.settings

  precondition {
    condition     = local.atlas == 0 || startswith(local.address, "mongodb+srv://")
    error_message = "Atlas tells no address for the cluster yet: a private endpoint takes some minutes to join. Apply again."
  }

  # Tasks that connect before the database accepts them fail.
  depends_on = [mongodbatlas_database_user.task, mongodbatlas_project_ip_access_list.nat]
}

output "secrets" {
  description = "Settings of the application that are secret, by the ARN of what holds them."
  value = merge(
    {
      JWT_SECRET = aws_secretsmanager_secret.main["jwt-secret"].arn
      VALKEY_URL = aws_secretsmanager_secret.main["valkey-url"].arn
    },
    var.database == "existing" ? { MONGODB_URI = aws_secretsmanager_secret.main["mongodb-uri"].arn } : {},
    var.canary ? { CANARY_PASSWORD = aws_secretsmanager_secret.main["canary-password"].arn } : {},
    var.mail ? { SMTP_URL = aws_secretsmanager_secret.main["smtp-url"].arn } : {},
  )

  # A task whose secret is empty does not start.
  depends_on = [aws_secretsmanager_secret_version.jwt_secret, aws_secretsmanager_secret_version.valkey_url]
}

output "mail_secret" {
  description = "Name of the secret that awaits the address of a mail server; empty without mail."
  value       = var.mail ? aws_secretsmanager_secret.main["smtp-url"].name : ""
}

output "database_secret" {
  description = "Name of the secret that awaits a MongoDB address; empty with Atlas."
  value       = var.database == "existing" ? aws_secretsmanager_secret.main["mongodb-uri"].name : ""
}

output "cache_member_ids" {
  description = "Names of the cache's nodes, which metrics are kept by."
  value       = [for number in range(var.valkey_nodes) : format("%s-%03d", var.name, number + 1)]
}
