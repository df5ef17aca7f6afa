# Every symptom alerts somebody, and the dashboard answers its four questions.

mock_provider "aws" {
  source = "./tests/mocks/aws"
}

variables {
  name                     = "webchat-test"
  environment              = "test"
  account_id               = "123456789012"
  region                   = "eu-central-1"
  log_retention_days       = 30
  alert_emails             = ["one@example.com", "two@example.com"]
  monthly_budget_usd       = 100
  metric_dimensions        = { service = "webchat", environment = "test" }
  load_balancer_arn_suffix = "app/webchat-test/0123456789abcdef"
  target_group_arn_suffix  = "targetgroup/webchat-test/0123456789abcdef"
  cache_member_ids         = ["webchat-test-001", "webchat-test-002"]
  min_tasks                = 2
  max_tasks                = 10
  max_connections_per_task = 10000
}

run "alarms_and_budget" {
  module {
    source = "./modules/observability"
  }

  assert {
    condition = toset(keys(aws_cloudwatch_metric_alarm.symptom)) == toset([
      "load-balancer-5xx", "slow-requests", "slow-delivery", "application-errors", "slow-readers", "event-loop", "connections", "cpu",
      "memory", "at-most-tasks", "cache-cpu-webchat-test-001", "cache-cpu-webchat-test-002", "cache-memory-webchat-test-001", "cache-memory-webchat-test-002",
    ])
    error_message = "Each symptom needs its alarm, and each node of the cache its own."
  }

  assert {
    condition     = toset(keys(aws_cloudwatch_metric_alarm.absence)) == toset(["too-few-tasks", "no-metrics"]) && alltrue([for alarm in aws_cloudwatch_metric_alarm.absence : alarm.treat_missing_data == "breaching"])
    error_message = "Silence must be a symptom."
  }

  assert {
    condition = alltrue([for alarm in concat(values(aws_cloudwatch_metric_alarm.symptom), values(aws_cloudwatch_metric_alarm.absence), values(aws_cloudwatch_metric_alarm.share), values(aws_cloudwatch_metric_alarm.burn), [aws_cloudwatch_metric_alarm.unhealthy_tasks]) :
      contains(["breaching", "notBreaching"], alarm.treat_missing_data) && toset(alarm.alarm_actions) == toset([aws_sns_topic.alerts.arn]) && toset(alarm.ok_actions) == toset([aws_sns_topic.alerts.arn])
    ])
    error_message = "Every alarm must say what missing data means, and tell the topic of its beginning and its end."
  }

  assert {
    condition = alltrue([for alarm in concat(values(aws_cloudwatch_metric_alarm.symptom), values(aws_cloudwatch_metric_alarm.absence), values(aws_cloudwatch_metric_alarm.share), values(aws_cloudwatch_metric_alarm.burn), [aws_cloudwatch_metric_alarm.unhealthy_tasks]) :
      can(regex("docs/operations.md, (No healthy task|Many answers of 500 and above|Response time p99|Delivery latency p99|CPU|Memory|Connections drop|Valkey down|Errors in the log|Slow readers|An objective burns)$", alarm.alarm_description))
    ])
    error_message = "Every alarm must name its paragraph in the runbook."
  }

  # Without that file, as in a copy of this folder alone, there is nothing to compare them with.
  assert {
    condition = fileexists("../docs/operations.md") ? alltrue([
      for alarm in concat(values(aws_cloudwatch_metric_alarm.symptom), values(aws_cloudwatch_metric_alarm.absence), values(aws_cloudwatch_metric_alarm.share), values(aws_cloudwatch_metric_alarm.burn), [aws_cloudwatch_metric_alarm.unhealthy_tasks]) :
      strcontains(file("../docs/operations.md"), "**${regex("docs/operations.md, (.+)$", alarm.alarm_description)[0]}.**")
    ]) : true
    error_message = "An alarm names a paragraph that docs/operations.md does not have."
  }

  assert {
    condition     = aws_cloudwatch_metric_alarm.symptom["slow-delivery"].extended_statistic == "p99" && aws_cloudwatch_metric_alarm.symptom["slow-delivery"].statistic == null && aws_cloudwatch_metric_alarm.symptom["slow-delivery"].dimensions == tomap({ service = "webchat", environment = "test" })
    error_message = "Delivery is judged by its slowest hundredth, by the application's own dimensions."
  }

  assert {
    condition     = aws_cloudwatch_metric_alarm.absence["too-few-tasks"].threshold == 2 && aws_cloudwatch_metric_alarm.symptom["at-most-tasks"].threshold == 9 && aws_cloudwatch_metric_alarm.symptom["connections"].threshold == 10000
    error_message = "Thresholds must follow the numbers given."
  }

  assert {
    condition = { for key, alarm in aws_cloudwatch_metric_alarm.share : key => one([for query in alarm.metric_query : query.expression if query.return_data == true]) } == {
      errors-5xx       = "IF(requests >= 20, 100 * FILL(errors, 0) / requests, 0)"
      connections-drop = "IF(each * tasks - DIFF(each * tasks) >= 20, -100 * DIFF(each * tasks) / (each * tasks - DIFF(each * tasks)), 0)"
    } && alltrue([for alarm in aws_cloudwatch_metric_alarm.share : length(alarm.metric_query) == 3])
    error_message = "Failed requests and lost connections are judged by their share."
  }

  assert {
    condition     = alltrue([for alarm in aws_cloudwatch_metric_alarm.symptom : alarm.evaluate_low_sample_count_percentiles == (alarm.extended_statistic == null ? null : "ignore")])
    error_message = "A percentile of a few requests is no symptom."
  }

  assert {
    condition = {
      for key, alarm in aws_cloudwatch_metric_alarm.burn : key => alarm.threshold
    } == { availability-burns-fast = 1.44, availability-burns-slow = 0.6, delivery-burns-fast = 14.4, delivery-burns-slow = 6 }
    error_message = "The objectives of 99.9 and 99 percent must be watched at both speeds."
  }

  assert {
    condition = alltrue(flatten([for key, alarm in aws_cloudwatch_metric_alarm.burn : [
      for query in alarm.metric_query : query.metric[0].period == (endswith(key, "fast") ? 3600 : 21600) if length(query.metric) > 0
    ]]))
    error_message = "Fast is told over an hour, slow over six."
  }

  assert {
    condition     = output.rollback_alarm_names == ["webchat-test-unhealthy-tasks", "webchat-test-errors-5xx"]
    error_message = "A deployment must roll back when tasks are unhealthy or requests fail."
  }

  assert {
    condition     = toset([for subscription in aws_sns_topic_subscription.mail : subscription.endpoint]) == toset(["one@example.com", "two@example.com"]) && aws_sns_topic.alerts.kms_master_key_id == aws_kms_key.alerts.id
    error_message = "Everyone named must get the messages, and they must be encrypted."
  }

  assert {
    condition = alltrue([for policy in [aws_sns_topic_policy.alerts.policy, aws_kms_key.alerts.policy] :
      toset(flatten([for statement in jsondecode(policy).Statement : try(statement.Principal.Service, [])])) == toset(["cloudwatch.amazonaws.com", "budgets.amazonaws.com", "events.amazonaws.com"])
    ])
    error_message = "Alarms, budgets and deployments must be let publish, by the topic and by its key: else their messages are lost silently."
  }

  assert {
    condition     = alltrue([for statement in jsondecode(aws_sns_topic_policy.alerts.policy).Statement : statement.Action == "sns:Publish" && statement.Resource == aws_sns_topic.alerts.arn])
    error_message = "They may publish, and nothing else."
  }

  assert {
    condition     = jsondecode(aws_cloudwatch_event_rule.failed_deployment.event_pattern).detail.eventName == ["SERVICE_DEPLOYMENT_FAILED"] && jsondecode(aws_cloudwatch_event_rule.failed_deployment.event_pattern).resources == ["arn:aws:ecs:eu-central-1:123456789012:service/webchat-test/webchat-test"] && aws_cloudwatch_event_target.failed_deployment.arn == aws_sns_topic.alerts.arn
    error_message = "A failed deployment of this service must be told."
  }

  assert {
    condition = toset([for notification in aws_budgets_budget.project.notification : "${notification.notification_type} ${notification.threshold}"]) == toset(["ACTUAL 50", "ACTUAL 80", "ACTUAL 100", "FORECASTED 100"]) && alltrue([
      for notification in aws_budgets_budget.project.notification : toset(notification.subscriber_sns_topic_arns) == toset([aws_sns_topic.alerts.arn]) && notification.threshold_type == "PERCENTAGE"
    ])
    error_message = "The budget must warn at 50, 80 and 100 percent, and of a forecast of 100."
  }

  assert {
    condition     = aws_budgets_budget.project.limit_amount == "100" && one(aws_budgets_budget.project.cost_filter).name == "TagKeyValue" && one(aws_budgets_budget.project.cost_filter).values == tolist(["user:Environment$test"]) && aws_budgets_budget.project.name == "webchat-test-eu-central-1"
    error_message = "The budget must count this environment only, under a name of its own in the account."
  }

  assert {
    condition     = aws_cloudwatch_log_group.app.retention_in_days == 30
    error_message = "Logs must not be kept for ever."
  }
}

run "dashboard" {
  module {
    source = "./modules/observability"
  }

  variables {
    cache_member_ids = ["webchat-test-001"]
    max_tasks        = 2
    canary           = true
  }

  assert {
    condition     = jsondecode(aws_cloudwatch_event_rule.failed_canary[0].event_pattern).detail.group == ["family:webchat-test-canary"] && aws_cloudwatch_event_target.failed_canary[0].arn == aws_sns_topic.alerts.arn
    error_message = "A failed synthetic check must be told."
  }

  assert {
    condition     = !contains(keys(aws_cloudwatch_metric_alarm.symptom), "at-most-tasks")
    error_message = "A service that cannot grow must not complain about it."
  }

  assert {
    condition     = [for widget in jsondecode(aws_cloudwatch_dashboard.main.dashboard_body).widgets : widget.properties.markdown if widget.type == "text"] == ["## Is it up?", "## Is it slow?", "## Is it growing?", "## What does it cost?"]
    error_message = "The dashboard must answer its four questions, in their order."
  }

  assert {
    condition = length(setsubtract(
      ["RequestCount", "HTTPCode_Target_4XX_Count", "HTTPCode_Target_5XX_Count", "TargetResponseTime", "Connections", "MessagesSent", "DeliveryLatency", "CPUUtilization", "MemoryUtilization", "EngineCPUUtilization", "HealthyHostCount", "Errors", "SlowReaders", "EventLoopDelay", "MemoryUsed", "DatabaseLatency", "DatabaseConnections"],
      flatten([for widget in jsondecode(aws_cloudwatch_dashboard.main.dashboard_body).widgets : [for metric in try(widget.properties.metrics, []) : try(metric[1], "")]]),
    )) == 0
    error_message = "A metric is missing on the dashboard."
  }

  assert {
    condition = alltrue([for title in ["Response time, seconds", "Delivery of a message, milliseconds"] :
      [for metric in one([for widget in jsondecode(aws_cloudwatch_dashboard.main.dashboard_body).widgets : widget if try(widget.properties.title, "") == title]).properties.metrics : metric[length(metric) - 1].stat] == ["p50", "p95", "p99"]
    ])
    error_message = "Times must be shown as p50, p95 and p99."
  }

  # Every metric is a name, pairs of dimensions, and at most one object of options at the end.
  assert {
    condition = alltrue(flatten([for widget in jsondecode(aws_cloudwatch_dashboard.main.dashboard_body).widgets : [
      for metric in try(widget.properties.metrics, []) : can(metric[0].expression) || length([for part in metric : part if can(tostring(part))]) % 2 == 0 && length(metric) >= 4
    ]]))
    error_message = "A metric on the dashboard has the wrong shape."
  }

  assert {
    condition = alltrue(flatten([for widget in jsondecode(aws_cloudwatch_dashboard.main.dashboard_body).widgets : [
      for metric in try(widget.properties.metrics, []) : slice(metric, 2, 6) == ["environment", "test", "service", "webchat"] if try(metric[0] == "WebChat", false)
    ]]))
    error_message = "The application's metrics must be asked for by its dimensions."
  }

  assert {
    condition     = alltrue([for widget in jsondecode(aws_cloudwatch_dashboard.main.dashboard_body).widgets : widget.x + widget.width <= 24 && widget.x >= 0])
    error_message = "A widget hangs over the edge."
  }

  assert {
    condition     = length(distinct([for widget in jsondecode(aws_cloudwatch_dashboard.main.dashboard_body).widgets : "${widget.x} ${widget.y}"])) == length(jsondecode(aws_cloudwatch_dashboard.main.dashboard_body).widgets)
    error_message = "Two widgets are in one place."
  }

  assert {
    condition     = length(one([for widget in jsondecode(aws_cloudwatch_dashboard.main.dashboard_body).widgets : widget if widget.type == "alarm"]).properties.alarms) == length(aws_cloudwatch_metric_alarm.symptom) + length(aws_cloudwatch_metric_alarm.absence) + length(aws_cloudwatch_metric_alarm.share) + length(aws_cloudwatch_metric_alarm.burn) + 1
    error_message = "The dashboard must show every alarm."
  }
}
