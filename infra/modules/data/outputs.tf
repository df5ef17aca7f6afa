output "settings" {
  description = "Settings of the application that are not secret: with Atlas its address, which holds no password."
  value       = local.atlas == 0 ? {} : { MONGODB_URI = "${local.address}/webchat?authMechanism=MONGODB-AWS&authSource=%24external&retryWrites=true&w=majority" }

  # Tasks that knock before they are let in give up.
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
  )

  # A task whose secret is empty does not start.
  depends_on = [aws_secretsmanager_secret_version.jwt_secret, aws_secretsmanager_secret_version.valkey_url]
}

output "database_secret" {
  description = "Name of the secret that awaits a MongoDB address; empty with Atlas."
  value       = var.database == "existing" ? aws_secretsmanager_secret.main["mongodb-uri"].name : ""
}

output "cache_member_ids" {
  description = "Names of the cache's nodes, which metrics are kept by."
  value       = [for number in range(var.valkey_nodes) : format("%s-%03d", var.name, number + 1)]
}
