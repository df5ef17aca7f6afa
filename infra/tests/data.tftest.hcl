# The cache is private, the secrets are in no state, and Atlas needs no password.

mock_provider "aws" {
  source = "./tests/mocks/aws"
}

mock_provider "mongodbatlas" {
  source = "./tests/mocks/atlas"
}

variables {
  name                       = "webchat-test"
  region                     = "eu-central-1"
  vpc_id                     = "vpc-1"
  private_subnet_ids         = ["subnet-c", "subnet-d"]
  nat_count                  = 2
  nat_addresses              = ["192.0.2.1", "192.0.2.2"]
  cache_security_group_id    = "sg-cache"
  database_security_group_id = ""
  task_role_arn              = "arn:aws:iam::123456789012:role/webchat-test-task"
  database                   = "existing"
  atlas_org_id               = ""
  atlas_instance_size        = "M10"
  atlas_private_link         = false
  max_tasks                  = 15
  alert_emails               = ["one@example.com"]
  valkey_node_type           = "cache.t4g.micro"
  valkey_nodes               = 2
  secrets_version            = 1
  protect                    = true
}

run "an_existing_database" {
  module {
    source = "./modules/data"
  }

  assert {
    condition     = length(mongodbatlas_advanced_cluster.main) == 0 && output.database_secret == "webchat-test/mongodb-uri" && contains(keys(output.secrets), "MONGODB_URI") && !contains(keys(output.settings), "MONGODB_URI")
    error_message = "The address of an existing database must be awaited in a secret."
  }

  assert {
    condition     = toset([for secret in aws_secretsmanager_secret.main : secret.name]) == toset(["webchat-test/jwt-secret", "webchat-test/valkey-url", "webchat-test/mongodb-uri"]) && alltrue([for secret in aws_secretsmanager_secret.main : secret.recovery_window_in_days == 30])
    error_message = "Each secret needs its place, and 30 days before it is gone."
  }

  # secret_string and passwords would be kept in the state; their write-only counterparts are not.
  assert {
    condition     = alltrue([for version in [aws_secretsmanager_secret_version.valkey_url, aws_secretsmanager_secret_version.jwt_secret] : version.secret_string == null && version.secret_binary == null])
    error_message = "A secret would be kept in the state."
  }

  assert {
    condition     = aws_elasticache_user.default.passwords == null && startswith(aws_elasticache_user.default.access_string, "off ") && aws_elasticache_user.app.passwords == null && aws_elasticache_user.app.no_password_required == null && aws_elasticache_user.app.passwords_wo_version == 1
    error_message = "The cache's password would be kept in the state, or there is none."
  }

  assert {
    condition     = aws_elasticache_replication_group.main.transit_encryption_enabled && aws_elasticache_replication_group.main.transit_encryption_mode == "required" && aws_elasticache_replication_group.main.at_rest_encryption_enabled == "true"
    error_message = "The cache must be encrypted, on the way and at rest."
  }

  assert {
    condition     = toset(aws_elasticache_replication_group.main.security_group_ids) == toset(["sg-cache"]) && toset(aws_elasticache_subnet_group.main.subnet_ids) == toset(["subnet-c", "subnet-d"]) && aws_elasticache_replication_group.main.user_group_ids == toset(["webchat-test"])
    error_message = "The cache must be in the private subnets, reached by tasks, and ask who is there."
  }

  assert {
    condition     = aws_elasticache_replication_group.main.automatic_failover_enabled && aws_elasticache_replication_group.main.multi_az_enabled && aws_elasticache_replication_group.main.num_cache_clusters == 2
    error_message = "Two nodes must stand in for each other, in two zones."
  }

  assert {
    condition     = strcontains(aws_elasticache_user.app.access_string, "-@dangerous") && strcontains(aws_elasticache_user.app.access_string, "-@admin")
    error_message = "The application needs no command that can spoil the cache."
  }

  assert {
    condition     = aws_elasticache_replication_group.main.apply_immediately
    error_message = "A change of the cache must hold when it is applied, not on Sunday."
  }

  # 500 connections of a free cluster, by 15 tasks twice.
  assert {
    condition     = output.settings == { MONGODB_POOL_SIZE = "13" }
    error_message = "All tasks together, and those that replace them, must not ask for more connections than the database has."
  }

  assert {
    condition     = output.cache_member_ids == ["webchat-test-001", "webchat-test-002"]
    error_message = "Alarms must know the cache's nodes by their names."
  }
}

run "atlas_by_the_nat_gateways" {
  module {
    source = "./modules/data"
  }

  variables {
    database     = "atlas"
    atlas_org_id = "0123456789abcdef01234567"
    valkey_nodes = 1
    protect      = false
  }

  # The mocked Atlas has no address, like the real one before an endpoint has joined. It is refused with a sentence.
  expect_failures = [output.settings]

  assert {
    condition     = mongodbatlas_database_user.task[0].username == "arn:aws:iam::123456789012:role/webchat-test-task" && mongodbatlas_database_user.task[0].aws_iam_type == "ROLE" && mongodbatlas_database_user.task[0].auth_database_name == "$external" && mongodbatlas_database_user.task[0].password == null
    error_message = "Tasks must sign in as their role, without a password."
  }

  assert {
    condition     = [for role in mongodbatlas_database_user.task[0].roles : "${role.role_name} ${role.database_name}"] == ["readWrite webchat"] && one(mongodbatlas_database_user.task[0].scopes).name == mongodbatlas_advanced_cluster.main[0].name
    error_message = "Tasks may read and write one database of one cluster."
  }

  assert {
    condition     = endswith(local.settings.MONGODB_URI, "/webchat?authMechanism=MONGODB-AWS&authSource=%24external&retryWrites=true&w=majority") && !contains(keys(output.secrets), "MONGODB_URI") && output.database_secret == ""
    error_message = "The address of Atlas must say how to sign in, and needs no secret."
  }

  assert {
    condition     = local.settings.MONGODB_POOL_SIZE == "40"
    error_message = "Tasks must keep to their share of 1500 connections."
  }

  assert {
    condition     = mongodbatlas_project.main[0].name == "webchat-test-eu-central-1"
    error_message = "Names of projects are global in Atlas: they must hold the region."
  }

  assert {
    condition = (
      toset([for alert in mongodbatlas_alert_configuration.metric : alert.metric_threshold_config[0].metric_name]) == toset([
        "NORMALIZED_SYSTEM_CPU_USER", "SYSTEM_MEMORY_PERCENT_USED", "DISK_PARTITION_SPACE_USED_DATA", "DISK_PARTITION_READ_LATENCY_DATA", "CONNECTIONS", "OPLOG_SLAVE_LAG_MASTER_TIME", "OPLOG_MASTER_TIME",
      ]) &&
      toset([for alert in mongodbatlas_alert_configuration.event : alert.event_type]) == toset(["NO_PRIMARY", "CPS_SNAPSHOT_BEHIND", "CPS_RESTORE_FAILED"]) &&
      alltrue([for alert in concat(values(mongodbatlas_alert_configuration.metric), values(mongodbatlas_alert_configuration.event)) : alert.enabled && alert.notification[0].email_address == "one@example.com"])
    )
    error_message = "The database's ails must be told to whoever gets the other alarms."
  }

  assert {
    condition = (
      mongodbatlas_cloud_backup_schedule.main[0].policy_item_hourly[0].frequency_interval == 6 && mongodbatlas_cloud_backup_schedule.main[0].policy_item_daily[0].retention_value == 7 &&
      mongodbatlas_cloud_backup_schedule.main[0].restore_window_days == null && length(mongodbatlas_cloud_backup_schedule.main[0].copy_settings) == 0
    )
    error_message = "The schedule of backups must be the one that docs/deploy/13-restore.md promises."
  }

  assert {
    condition     = [for entry in mongodbatlas_project_ip_access_list.nat : entry.ip_address] == ["192.0.2.1", "192.0.2.2"] && length(mongodbatlas_privatelink_endpoint.main) == 0
    error_message = "Atlas must let in the NAT gateways, and nobody else."
  }

  assert {
    condition     = mongodbatlas_advanced_cluster.main[0].backup_enabled && mongodbatlas_advanced_cluster.main[0].replication_specs[0].region_configs[0].region_name == "EU_CENTRAL_1" && mongodbatlas_advanced_cluster.main[0].replication_specs[0].region_configs[0].electable_specs[0].instance_size == "M10"
    error_message = "Atlas must be in our region, of the size given, with backups."
  }

  assert {
    condition     = aws_elasticache_replication_group.main.automatic_failover_enabled == false && aws_elasticache_replication_group.main.multi_az_enabled == false
    error_message = "One node has none to fail over to."
  }
}

run "atlas_by_private_link" {
  module {
    source = "./modules/data"
  }

  variables {
    database                   = "atlas"
    atlas_org_id               = "0123456789abcdef01234567"
    atlas_private_link         = true
    database_security_group_id = "sg-database"
    replica_region             = "eu-west-1"
    canary                     = true
    mail                       = true
  }

  # The mocked Atlas has no address, like the real one before an endpoint has joined. It is refused with a sentence.
  expect_failures = [output.settings]

  assert {
    condition     = mongodbatlas_cloud_backup_schedule.main[0].restore_window_days == 7 && mongodbatlas_cloud_backup_schedule.main[0].copy_settings[0].region_name == "EU_WEST_1" && mongodbatlas_cloud_backup_schedule.main[0].copy_settings[0].should_copy_oplogs
    error_message = "A protected cluster must be restorable to the minute, in the second region too."
  }

  assert {
    condition     = aws_secretsmanager_secret.main["canary-password"].name == "webchat-test/canary-password" && contains(keys(output.secrets), "CANARY_PASSWORD")
    error_message = "The synthetic check needs a password of its own."
  }

  assert {
    condition     = output.mail_secret == "webchat-test/smtp-url" && contains(keys(output.secrets), "SMTP_URL")
    error_message = "The address of the mail server must be awaited in a secret."
  }

  assert {
    condition     = length(mongodbatlas_project_ip_access_list.nat) == 0 && aws_vpc_endpoint.atlas[0].vpc_endpoint_type == "Interface" && toset(aws_vpc_endpoint.atlas[0].security_group_ids) == toset(["sg-database"]) && toset(aws_vpc_endpoint.atlas[0].subnet_ids) == toset(["subnet-c", "subnet-d"])
    error_message = "With PrivateLink nothing is on the allow list, and the endpoint is in the private subnets."
  }

  assert {
    condition     = mongodbatlas_privatelink_endpoint_service.main[0].endpoint_service_id == aws_vpc_endpoint.atlas[0].id && mongodbatlas_advanced_cluster.main[0].pit_enabled && mongodbatlas_advanced_cluster.main[0].termination_protection_enabled
    error_message = "The endpoint must be joined to Atlas, and a protected cluster must be restorable to the minute."
  }
}
