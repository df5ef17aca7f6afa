# What the tasks share: Valkey, the secrets, and the database (atlas.tf).

locals {
  # Every run makes a new password and no state keeps it. It goes only into write-only arguments, which apply it when
  # secrets_version rises. It is one local, so that the cache and the secret get the same password.
  valkey_password = sha256("${uuid()}${uuid()}")
  jwt_secret      = sha256("${uuid()}${uuid()}")

  valkey_host = aws_elasticache_replication_group.main.primary_endpoint_address
  valkey_user = "webchat"

  secret_names = toset(concat(["jwt-secret", "valkey-url"], var.database == "existing" ? ["mongodb-uri"] : [], var.canary ? ["canary-password"] : [], var.mail ? ["smtp-url"] : []))
}

resource "aws_elasticache_subnet_group" "main" {
  name       = var.name
  subnet_ids = var.private_subnet_ids
}

resource "aws_elasticache_user" "app" {
  user_id              = "${var.name}-app"
  user_name            = local.valkey_user
  engine               = "valkey"
  access_string        = "on ~* &* +@all -@admin -@dangerous"
  passwords_wo         = local.valkey_password
  passwords_wo_version = var.secrets_version

  # ElastiCache answers with its own spelling of the same rights, so every plan would show a change. After a change here,
  # replace the user: terraform apply -replace=module.data.aws_elasticache_user.app
  lifecycle {
    ignore_changes = [access_string]
  }
}

# A connection without a user name is this user, and can do nothing.
resource "aws_elasticache_user" "default" {
  user_id              = "${var.name}-default"
  user_name            = "default"
  engine               = "valkey"
  access_string        = "off ~* -@all"
  passwords_wo         = sha256("${uuid()}${uuid()}")
  passwords_wo_version = 1

  lifecycle {
    ignore_changes = [access_string]
  }
}

resource "aws_elasticache_user_group" "main" {
  user_group_id = var.name
  engine        = "valkey"
  user_ids      = [aws_elasticache_user.default.user_id, aws_elasticache_user.app.user_id]
}

# One shard, because the application's client does not support cluster mode (docs/scaling.md says when that changes). Its
# data may be lost: every client then syncs with the database.
resource "aws_elasticache_replication_group" "main" {
  replication_group_id       = var.name
  description                = "Events between the tasks of ${var.name}, presence, rate limits"
  engine                     = "valkey"
  engine_version             = "8.0"
  parameter_group_name       = "default.valkey8"
  node_type                  = var.valkey_node_type
  num_cache_clusters         = var.valkey_nodes
  automatic_failover_enabled = var.valkey_nodes > 1
  multi_az_enabled           = var.valkey_nodes > 1
  port                       = 6379
  subnet_group_name          = aws_elasticache_subnet_group.main.name
  security_group_ids         = [var.cache_security_group_id]
  user_group_ids             = [aws_elasticache_user_group.main.user_group_id]
  transit_encryption_enabled = true
  transit_encryption_mode    = "required"
  at_rest_encryption_enabled = true
  auto_minor_version_upgrade = true
  maintenance_window         = "sun:03:00-sun:04:00"
  # A change costs seconds of syncing now, instead of at the next maintenance window.
  apply_immediately = true
}

resource "aws_secretsmanager_secret" "main" {
  for_each = local.secret_names

  name                    = "${var.name}/${each.key}"
  recovery_window_in_days = var.protect ? 30 : 0
}

resource "aws_secretsmanager_secret_version" "valkey_url" {
  secret_id                = aws_secretsmanager_secret.main["valkey-url"].id
  secret_string_wo         = "rediss://${local.valkey_user}:${local.valkey_password}@${local.valkey_host}:6379"
  secret_string_wo_version = var.secrets_version
}

# Made once. To replace it, keep the old secret after the new one (docs/deploy/10-operate.md), or everyone is signed out.
resource "aws_secretsmanager_secret_version" "jwt_secret" {
  secret_id                = aws_secretsmanager_secret.main["jwt-secret"].id
  secret_string_wo         = local.jwt_secret
  secret_string_wo_version = 1
}

resource "aws_secretsmanager_secret_version" "canary_password" {
  count = var.canary ? 1 : 0

  secret_id                = aws_secretsmanager_secret.main["canary-password"].id
  secret_string_wo         = sha256("${uuid()}${uuid()}")
  secret_string_wo_version = 1
}
