# The cluster's scheduled backups, and its alerts, which go to the same people as CloudWatch's alarms. Atlas keeps its
# metrics itself; docs/deploy/08-monitoring.md says how to reach its page from the dashboard.

locals {
  # docs/deploy/08-monitoring.md names the paragraph of docs/operations.md for each alert.
  atlas_alerts = local.atlas == 0 ? {} : {
    cpu         = { metric = "NORMALIZED_SYSTEM_CPU_USER", operator = "GREATER_THAN", threshold = 80, units = "RAW", delay = 10 }
    memory      = { metric = "SYSTEM_MEMORY_PERCENT_USED", operator = "GREATER_THAN", threshold = 90, units = "RAW", delay = 10 }
    disk        = { metric = "DISK_PARTITION_SPACE_USED_DATA", operator = "GREATER_THAN", threshold = 80, units = "RAW", delay = 5 }
    latency     = { metric = "DISK_PARTITION_READ_LATENCY_DATA", operator = "GREATER_THAN", threshold = 50, units = "MILLISECONDS", delay = 10 }
    connections = { metric = "CONNECTIONS", operator = "GREATER_THAN", threshold = floor(local.max_connections * 0.8), units = "RAW", delay = 5 }
    lag         = { metric = "OPLOG_SLAVE_LAG_MASTER_TIME", operator = "GREATER_THAN", threshold = 30, units = "SECONDS", delay = 5 }
    oplog       = { metric = "OPLOG_MASTER_TIME", operator = "LESS_THAN", threshold = 24, units = "HOURS", delay = 5 }
  }

  atlas_events = local.atlas == 0 ? [] : ["NO_PRIMARY", "CPS_SNAPSHOT_BEHIND", "CPS_RESTORE_FAILED"]
}

resource "mongodbatlas_alert_configuration" "metric" {
  for_each = local.atlas_alerts

  project_id = mongodbatlas_project.main[0].id
  event_type = "OUTSIDE_METRIC_THRESHOLD"
  enabled    = true

  metric_threshold_config {
    metric_name = each.value.metric
    operator    = each.value.operator
    threshold   = each.value.threshold
    units       = each.value.units
    mode        = "AVERAGE"
  }

  dynamic "notification" {
    for_each = toset(var.alert_emails)

    content {
      type_name     = "EMAIL"
      email_address = notification.value
      interval_min  = 60
      delay_min     = each.value.delay
    }
  }
}

resource "mongodbatlas_alert_configuration" "event" {
  for_each = toset(local.atlas_events)

  project_id = mongodbatlas_project.main[0].id
  event_type = each.value
  enabled    = true

  dynamic "notification" {
    for_each = toset(var.alert_emails)

    content {
      type_name     = "EMAIL"
      email_address = notification.value
      interval_min  = 60
      delay_min     = 0
    }
  }
}

# Backups every six hours are kept for two days, daily ones for a week, weekly ones for a month, monthly ones for a year. A
# protected cluster can also be restored to any minute of the last seven days (pit_enabled).
resource "mongodbatlas_cloud_backup_schedule" "main" {
  count = local.atlas

  project_id               = mongodbatlas_project.main[0].id
  cluster_name             = mongodbatlas_advanced_cluster.main[0].name
  reference_hour_of_day    = 2
  reference_minute_of_hour = 30
  restore_window_days      = var.protect ? 7 : null

  policy_item_hourly {
    frequency_interval = 6
    retention_unit     = "days"
    retention_value    = 2
  }

  policy_item_daily {
    frequency_interval = 1
    retention_unit     = "days"
    retention_value    = 7
  }

  policy_item_weekly {
    frequency_interval = 6
    retention_unit     = "weeks"
    retention_value    = 4
  }

  policy_item_monthly {
    frequency_interval = 40
    retention_unit     = "months"
    retention_value    = 12
  }

  dynamic "copy_settings" {
    for_each = var.replica_region == "" ? [] : [upper(replace(var.replica_region, "-", "_"))]

    content {
      cloud_provider     = "AWS"
      region_name        = copy_settings.value
      frequencies        = ["DAILY", "WEEKLY"]
      should_copy_oplogs = var.protect
      zone_id            = try(mongodbatlas_advanced_cluster.main[0].replication_specs[0].zone_id, null)
    }
  }
}
