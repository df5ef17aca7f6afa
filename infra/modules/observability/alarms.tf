# One alarm for each symptom. Each names the paragraph of docs/operations.md that says what to do. Symptoms that users feel
# alert first; those that only explain them, such as a busy processor, alert later. Each says what missing data means:
# quiet, or broken.

locals {
  load_balancer = { LoadBalancer = var.load_balancer_arn_suffix }
  target_group  = { LoadBalancer = var.load_balancer_arn_suffix, TargetGroup = var.target_group_arn_suffix }
  service       = { ClusterName = var.name, ServiceName = var.name }

  # minutes: how many minutes are evaluated; all but two of them must be over the threshold.
  symptoms = merge(
    {
      load-balancer-5xx = {
        runbook   = "Many answers of 500 and above"
        text      = "The load balancer itself answered 5xx: no task took the request."
        namespace = "AWS/ApplicationELB", metric = "HTTPCode_ELB_5XX_Count", dimensions = local.load_balancer
        statistic = "Sum", above = 10, minutes = 5, missing = "notBreaching"
      }
      slow-requests = {
        runbook   = "Response time p99"
        text      = "One request in a hundred takes longer than a second."
        namespace = "AWS/ApplicationELB", metric = "TargetResponseTime", dimensions = local.target_group
        statistic = "p99", above = 1, minutes = 5, missing = "notBreaching"
      }
      slow-delivery = {
        runbook   = "Delivery latency p99"
        text      = "One message in a hundred reaches its readers later than a second after it was sent."
        namespace = "WebChat", metric = "DeliveryLatency", dimensions = var.metric_dimensions
        statistic = "p99", above = 1000, minutes = 5, missing = "notBreaching"
      }
      application-errors = {
        runbook   = "Errors in the log"
        text      = "The application fails: answers with 5xx, or errors nobody caught."
        namespace = "WebChat", metric = "Errors", dimensions = var.metric_dimensions
        statistic = "Sum", above = 5, minutes = 5, missing = "notBreaching"
      }
      slow-readers = {
        runbook   = "Slow readers"
        text      = "Many connections are closed because they read too slowly."
        namespace = "WebChat", metric = "SlowReaders", dimensions = var.metric_dimensions
        statistic = "Sum", above = 50, minutes = 5, missing = "notBreaching"
      }
      event-loop = {
        runbook   = "CPU"
        text      = "A task does something that holds up everything else it does."
        namespace = "WebChat", metric = "EventLoopDelay", dimensions = var.metric_dimensions
        statistic = "Maximum", above = 500, minutes = 5, missing = "notBreaching"
      }
      connections = {
        runbook   = "CPU"
        text      = "A task holds twice the connections at which another should have been started."
        namespace = "WebChat", metric = "Connections", dimensions = var.metric_dimensions
        statistic = "Maximum", above = var.max_connections_per_task, minutes = 10, missing = "notBreaching"
      }
      cpu = {
        runbook   = "CPU"
        text      = "Tasks are busy, and more of them did not help."
        namespace = "AWS/ECS", metric = "CPUUtilization", dimensions = local.service
        statistic = "Average", above = 85, minutes = 15, missing = "notBreaching"
      }
      memory = {
        runbook   = "Memory"
        text      = "Tasks are nearly out of memory."
        namespace = "AWS/ECS", metric = "MemoryUtilization", dimensions = local.service
        statistic = "Maximum", above = 85, minutes = 10, missing = "notBreaching"
      }
    },
    # A service with a fixed number of tasks is always at its maximum, which is no reason for an alarm.
    var.max_tasks <= var.min_tasks ? {} : {
      at-most-tasks = {
        runbook   = "CPU"
        text      = "As many tasks run as may: growth ends here."
        namespace = "AWS/ApplicationELB", metric = "HealthyHostCount", dimensions = local.target_group
        statistic = "Minimum", above = var.max_tasks - 1, minutes = 15, missing = "notBreaching"
      }
    },
    { for id in var.cache_member_ids : "cache-cpu-${id}" => {
      runbook   = "Valkey down"
      text      = "Valkey's one thread is busy."
      namespace = "AWS/ElastiCache", metric = "EngineCPUUtilization", dimensions = { CacheClusterId = id }
      statistic = "Average", above = 80, minutes = 10, missing = "breaching"
    } },
    { for id in var.cache_member_ids : "cache-memory-${id}" => {
      runbook   = "Valkey down"
      text      = "Valkey is nearly out of memory."
      namespace = "AWS/ElastiCache", metric = "DatabaseMemoryUsagePercentage", dimensions = { CacheClusterId = id }
      statistic = "Average", above = 80, minutes = 10, missing = "breaching"
    } },
  )

  # The symptom of these is that no data arrives.
  absences = {
    too-few-tasks = {
      runbook   = "No healthy task"
      text      = "Fewer healthy tasks than there must be."
      namespace = "AWS/ApplicationELB", metric = "HealthyHostCount", dimensions = local.target_group
      statistic = "Maximum", below = var.min_tasks, minutes = 5
    }
    no-metrics = {
      runbook   = "No healthy task"
      text      = "No task says how it is."
      namespace = "WebChat", metric = "Connections", dimensions = var.metric_dimensions
      statistic = "SampleCount", below = 1, minutes = 5
    }
  }

  # Alarms that compare two metrics.
  shares = {
    errors-5xx = {
      runbook    = "Many answers of 500 and above"
      text       = "More than one request in a hundred fails."
      expression = "IF(requests >= 20, 100 * FILL(errors, 0) / requests, 0)", above = 1, period = 60, periods = 5, of = 3
      metrics = {
        errors   = { namespace = "AWS/ApplicationELB", name = "HTTPCode_Target_5XX_Count", dimensions = local.target_group, stat = "Sum" }
        requests = { namespace = "AWS/ApplicationELB", name = "RequestCount", dimensions = local.target_group, stat = "Sum" }
      }
    }
    # Five minutes, not one: a deployment closes every socket, and all are connected again within seconds.
    connections-drop = {
      runbook    = "Connections drop"
      text       = "More than half of those who were connected are gone."
      expression = "IF(each * tasks - DIFF(each * tasks) >= 20, -100 * DIFF(each * tasks) / (each * tasks - DIFF(each * tasks)), 0)", above = 50, period = 300, periods = 1, of = 1
      metrics = {
        each  = { namespace = "WebChat", name = "Connections", dimensions = var.metric_dimensions, stat = "Average" }
        tasks = { namespace = "AWS/ApplicationELB", name = "HealthyHostCount", dimensions = local.target_group, stat = "Average" }
      }
    }
  }

  # Objectives over 30 days: 99.9 % of requests are answered without a 5xx, and 99 % of messages are delivered within a
  # second. The alarms watch the burn rate of the error budget: at 14.4 times the allowed rate, 2 % of a month's budget is
  # used in an hour, at 6 times 5 % in six hours. Slower rates show on the dashboard only.
  burns = merge([for speed, burn in { fast = { factor = 14.4, period = 3600 }, slow = { factor = 6, period = 21600 } } : {
    "availability-burns-${speed}" = {
      runbook    = "An objective burns"
      text       = "Requests fail ${burn.factor} times as often as the objective of 99.9 percent allows, over ${burn.period / 3600} h."
      expression = "IF(requests >= 100, 100 * (FILL(errors, 0) + FILL(refused, 0)) / requests, 0)"
      above      = 0.1 * burn.factor, period = burn.period
      metrics = {
        errors   = { namespace = "AWS/ApplicationELB", name = "HTTPCode_Target_5XX_Count", dimensions = local.target_group, stat = "Sum" }
        refused  = { namespace = "AWS/ApplicationELB", name = "HTTPCode_ELB_5XX_Count", dimensions = local.load_balancer, stat = "Sum" }
        requests = { namespace = "AWS/ApplicationELB", name = "RequestCount", dimensions = local.load_balancer, stat = "Sum" }
      }
    }
    "delivery-burns-${speed}" = {
      runbook    = "An objective burns"
      text       = "Messages are late ${burn.factor} times as often as the objective of 99 percent within a second allows, over ${burn.period / 3600} h."
      expression = "IF(measured >= 100, 100 - intime, 0)"
      above      = 1 * burn.factor, period = burn.period
      metrics = {
        # The percentage of measurements up to 1000 ms.
        intime   = { namespace = "WebChat", name = "DeliveryLatency", dimensions = var.metric_dimensions, stat = "PR(:1000)" }
        measured = { namespace = "WebChat", name = "DeliveryLatency", dimensions = var.metric_dimensions, stat = "SampleCount" }
      }
    }
  }]...)

  manual = "What to do: docs/operations.md, "
}

resource "aws_cloudwatch_metric_alarm" "symptom" {
  for_each = local.symptoms

  alarm_name         = "${var.name}-${each.key}"
  alarm_description  = "${each.value.text} ${local.manual}${each.value.runbook}"
  namespace          = each.value.namespace
  metric_name        = each.value.metric
  dimensions         = each.value.dimensions
  statistic          = startswith(each.value.statistic, "p") ? null : each.value.statistic
  extended_statistic = startswith(each.value.statistic, "p") ? each.value.statistic : null
  # One slow request among three is no symptom, so percentiles of few samples are ignored.
  evaluate_low_sample_count_percentiles = startswith(each.value.statistic, "p") ? "ignore" : null
  comparison_operator                   = "GreaterThanThreshold"
  threshold                             = each.value.above
  period                                = 60
  evaluation_periods                    = each.value.minutes
  datapoints_to_alarm                   = each.value.minutes - 2
  treat_missing_data                    = each.value.missing
  alarm_actions                         = [aws_sns_topic.alerts.arn]
  ok_actions                            = [aws_sns_topic.alerts.arn]
}

resource "aws_cloudwatch_metric_alarm" "absence" {
  for_each = local.absences

  alarm_name          = "${var.name}-${each.key}"
  alarm_description   = "${each.value.text} ${local.manual}${each.value.runbook}"
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

# This alarm and errors-5xx also stop a deployment. The service depends on them, so they cannot refer to the service.
resource "aws_cloudwatch_metric_alarm" "unhealthy_tasks" {
  alarm_name          = "${var.name}-unhealthy-tasks"
  alarm_description   = "A task does not answer its health check. ${local.manual}No healthy task"
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

resource "aws_cloudwatch_metric_alarm" "share" {
  for_each = local.shares

  alarm_name          = "${var.name}-${each.key}"
  alarm_description   = "${each.value.text} ${local.manual}${each.value.runbook}"
  comparison_operator = "GreaterThanThreshold"
  threshold           = each.value.above
  evaluation_periods  = each.value.periods
  datapoints_to_alarm = each.value.of
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.alerts.arn]
  ok_actions          = [aws_sns_topic.alerts.arn]

  metric_query {
    id          = "result"
    label       = "percent"
    expression  = each.value.expression
    return_data = true
  }

  dynamic "metric_query" {
    for_each = each.value.metrics

    content {
      id = metric_query.key

      metric {
        namespace   = metric_query.value.namespace
        metric_name = metric_query.value.name
        dimensions  = metric_query.value.dimensions
        stat        = metric_query.value.stat
        period      = each.value.period
      }
    }
  }
}

resource "aws_cloudwatch_metric_alarm" "burn" {
  for_each = local.burns

  alarm_name          = "${var.name}-${each.key}"
  alarm_description   = "${each.value.text} ${local.manual}${each.value.runbook}"
  comparison_operator = "GreaterThanThreshold"
  threshold           = each.value.above
  evaluation_periods  = 1
  datapoints_to_alarm = 1
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.alerts.arn]
  ok_actions          = [aws_sns_topic.alerts.arn]

  metric_query {
    id          = "result"
    label       = "percent"
    expression  = each.value.expression
    return_data = true
  }

  dynamic "metric_query" {
    for_each = each.value.metrics

    content {
      id = metric_query.key

      metric {
        namespace   = metric_query.value.namespace
        metric_name = metric_query.value.name
        dimensions  = metric_query.value.dimensions
        stat        = metric_query.value.stat
        period      = each.value.period
      }
    }
  }
}
