# One alarm a symptom, each with a paragraph of that name in docs/operations.md. What users feel comes first; what only
# explains it (a busy processor) waits longer. Each says what missing data means: quiet, or broken.

locals {
  load_balancer = { LoadBalancer = var.load_balancer_arn_suffix }
  target_group  = { LoadBalancer = var.load_balancer_arn_suffix, TargetGroup = var.target_group_arn_suffix }
  service       = { ClusterName = var.name, ServiceName = var.name }

  # minutes: of the last so many, all but two must be over the threshold (of three: two).
  symptoms = merge(
    {
      load-balancer-5xx = {
        text      = "The load balancer itself answered 5xx: no task took the request."
        namespace = "AWS/ApplicationELB", metric = "HTTPCode_ELB_5XX_Count", dimensions = local.load_balancer
        statistic = "Sum", above = 10, minutes = 5, missing = "notBreaching"
      }
      slow-requests = {
        text      = "One request in a hundred takes longer than a second."
        namespace = "AWS/ApplicationELB", metric = "TargetResponseTime", dimensions = local.target_group
        statistic = "p99", above = 1, minutes = 5, missing = "notBreaching"
      }
      slow-delivery = {
        text      = "One message in a hundred reaches its readers later than a second after it was sent."
        namespace = "WebChat", metric = "DeliveryLatency", dimensions = var.metric_dimensions
        statistic = "p99", above = 1000, minutes = 5, missing = "notBreaching"
      }
      application-errors = {
        text      = "The application fails: answers with 5xx, or errors nobody caught."
        namespace = "WebChat", metric = "Errors", dimensions = var.metric_dimensions
        statistic = "Sum", above = 5, minutes = 5, missing = "notBreaching"
      }
      slow-readers = {
        text      = "Many connections are closed because they read too slowly."
        namespace = "WebChat", metric = "SlowReaders", dimensions = var.metric_dimensions
        statistic = "Sum", above = 50, minutes = 5, missing = "notBreaching"
      }
      event-loop = {
        text      = "A task does something that holds up everything else it does."
        namespace = "WebChat", metric = "EventLoopDelay", dimensions = var.metric_dimensions
        statistic = "Maximum", above = 500, minutes = 5, missing = "notBreaching"
      }
      connections = {
        text      = "A task holds twice the connections at which another should have been started."
        namespace = "WebChat", metric = "Connections", dimensions = var.metric_dimensions
        statistic = "Maximum", above = var.max_connections_per_task, minutes = 10, missing = "notBreaching"
      }
      cpu = {
        text      = "Tasks are busy, and more of them did not help."
        namespace = "AWS/ECS", metric = "CPUUtilization", dimensions = local.service
        statistic = "Average", above = 85, minutes = 15, missing = "notBreaching"
      }
      memory = {
        text      = "Tasks are nearly out of memory."
        namespace = "AWS/ECS", metric = "MemoryUtilization", dimensions = local.service
        statistic = "Maximum", above = 85, minutes = 10, missing = "notBreaching"
      }
    },
    # At the top on purpose is no news.
    var.max_tasks <= var.min_tasks ? {} : {
      at-most-tasks = {
        text      = "As many tasks run as may: growth ends here."
        namespace = "AWS/ApplicationELB", metric = "HealthyHostCount", dimensions = local.target_group
        statistic = "Minimum", above = var.max_tasks - 1, minutes = 15, missing = "notBreaching"
      }
    },
    { for id in var.cache_member_ids : "cache-cpu-${id}" => {
      text      = "Valkey's one thread is busy."
      namespace = "AWS/ElastiCache", metric = "EngineCPUUtilization", dimensions = { CacheClusterId = id }
      statistic = "Average", above = 80, minutes = 10, missing = "breaching"
    } },
    { for id in var.cache_member_ids : "cache-memory-${id}" => {
      text      = "Valkey is nearly out of memory."
      namespace = "AWS/ElastiCache", metric = "DatabaseMemoryUsagePercentage", dimensions = { CacheClusterId = id }
      statistic = "Average", above = 80, minutes = 10, missing = "breaching"
    } },
  )

  # Silence is the symptom of these.
  absences = {
    too-few-tasks = {
      text      = "Fewer healthy tasks than there must be."
      namespace = "AWS/ApplicationELB", metric = "HealthyHostCount", dimensions = local.target_group
      statistic = "Maximum", below = var.min_tasks, minutes = 5
    }
    no-metrics = {
      text      = "No task says how it is."
      namespace = "WebChat", metric = "Connections", dimensions = var.metric_dimensions
      statistic = "SampleCount", below = 1, minutes = 5
    }
  }

  runbook = "Runbook: docs/operations.md, "
}

resource "aws_cloudwatch_metric_alarm" "symptom" {
  for_each = local.symptoms

  alarm_name          = "${var.name}-${each.key}"
  alarm_description   = "${each.value.text} ${local.runbook}${each.key}"
  namespace           = each.value.namespace
  metric_name         = each.value.metric
  dimensions          = each.value.dimensions
  statistic           = startswith(each.value.statistic, "p") ? null : each.value.statistic
  extended_statistic  = startswith(each.value.statistic, "p") ? each.value.statistic : null
  comparison_operator = "GreaterThanThreshold"
  threshold           = each.value.above
  period              = 60
  evaluation_periods  = each.value.minutes
  datapoints_to_alarm = each.value.minutes - 2
  treat_missing_data  = each.value.missing
  alarm_actions       = [aws_sns_topic.alerts.arn]
  ok_actions          = [aws_sns_topic.alerts.arn]
}

resource "aws_cloudwatch_metric_alarm" "absence" {
  for_each = local.absences

  alarm_name          = "${var.name}-${each.key}"
  alarm_description   = "${each.value.text} ${local.runbook}${each.key}"
  namespace           = each.value.namespace
  metric_name         = each.value.metric
  dimensions          = each.value.dimensions
  statistic           = each.value.statistic
  comparison_operator = "LessThanThreshold"
  threshold           = each.value.below
  period              = 60
  evaluation_periods  = each.value.minutes
  datapoints_to_alarm = each.value.minutes
  treat_missing_data  = "breaching"
  alarm_actions       = [aws_sns_topic.alerts.arn]
  ok_actions          = [aws_sns_topic.alerts.arn]
}

# These two also stop a deployment, so they know nothing of the service, which waits for them.
resource "aws_cloudwatch_metric_alarm" "unhealthy_tasks" {
  alarm_name          = "${var.name}-unhealthy-tasks"
  alarm_description   = "A task does not answer its health check. ${local.runbook}unhealthy-tasks"
  namespace           = "AWS/ApplicationELB"
  metric_name         = "UnHealthyHostCount"
  dimensions          = local.target_group
  statistic           = "Maximum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  period              = 60
  evaluation_periods  = 3
  datapoints_to_alarm = 3
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.alerts.arn]
  ok_actions          = [aws_sns_topic.alerts.arn]
}

# A share, not a number, and none of a few requests at night.
resource "aws_cloudwatch_metric_alarm" "errors_5xx" {
  alarm_name          = "${var.name}-errors-5xx"
  alarm_description   = "More than one request in a hundred fails. ${local.runbook}errors-5xx"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 1
  evaluation_periods  = 5
  datapoints_to_alarm = 3
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.alerts.arn]
  ok_actions          = [aws_sns_topic.alerts.arn]

  metric_query {
    id          = "rate"
    label       = "5xx, percent"
    expression  = "IF(requests >= 20, 100 * FILL(errors, 0) / requests, 0)"
    return_data = true
  }

  dynamic "metric_query" {
    for_each = { errors = "HTTPCode_Target_5XX_Count", requests = "RequestCount" }

    content {
      id = metric_query.key

      metric {
        namespace   = "AWS/ApplicationELB"
        metric_name = metric_query.value
        dimensions  = local.target_group
        stat        = "Sum"
        period      = 60
      }
    }
  }
}
