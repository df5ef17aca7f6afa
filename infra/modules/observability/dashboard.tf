# One page with four questions: is it up, is it slow, is it growing, what does it cost?

locals {
  lb  = ["LoadBalancer", var.load_balancer_arn_suffix]
  tg  = concat(local.lb, ["TargetGroup", var.target_group_arn_suffix])
  ecs = ["ClusterName", var.name, "ServiceName", var.name]
  own = flatten([for name, value in var.metric_dimensions : [name, value]])

  metric_alarm_arns = concat(
    [aws_cloudwatch_metric_alarm.unhealthy_tasks.arn],
    [for alarm in aws_cloudwatch_metric_alarm.share : alarm.arn],
    [for alarm in aws_cloudwatch_metric_alarm.burn : alarm.arn],
    [for alarm in aws_cloudwatch_metric_alarm.absence : alarm.arn],
    [for alarm in aws_cloudwatch_metric_alarm.symptom : alarm.arn],
  )

  # Each question is a row of widgets.
  questions = [
    {
      title = "Is it up?"
      widgets = [
        { title = "Tasks", stat = "Minimum", metrics = [
          concat(["AWS/ApplicationELB", "HealthyHostCount"], local.tg, [{ label = "healthy" }]),
          concat(["AWS/ApplicationELB", "UnHealthyHostCount"], local.tg, [{ label = "unhealthy", stat = "Maximum", color = "#d62728" }]),
        ] },
        { title = "Requests a minute", stat = "Sum", metrics = [
          concat(["AWS/ApplicationELB", "RequestCount"], local.tg, [{ id = "requests", label = "requests" }]),
        ] },
        { title = "Failed requests, percent", stat = "Sum", metrics = [
          [{ expression = "100 * FILL(e4, 0) / requests", label = "4xx" }],
          [{ expression = "100 * (FILL(e5, 0) + FILL(l5, 0)) / requests", label = "5xx", color = "#d62728" }],
          concat(["AWS/ApplicationELB", "RequestCount"], local.tg, [{ id = "requests", visible = false }]),
          concat(["AWS/ApplicationELB", "HTTPCode_Target_4XX_Count"], local.tg, [{ id = "e4", visible = false }]),
          concat(["AWS/ApplicationELB", "HTTPCode_Target_5XX_Count"], local.tg, [{ id = "e5", visible = false }]),
          concat(["AWS/ApplicationELB", "HTTPCode_ELB_5XX_Count"], local.lb, [{ id = "l5", visible = false }]),
        ] },
        { title = "Errors in the application a minute", stat = "Sum", metrics = [
          concat(["WebChat", "Errors"], local.own, [{ label = "errors" }]),
          concat(["WebChat", "SlowReaders"], local.own, [{ label = "closed as too slow" }]),
        ] },
      ]
    },
    {
      title = "Is it slow?"
      widgets = [
        { title = "Response time, seconds", stat = "p50", metrics = [for p in ["p50", "p95", "p99"] :
          concat(["AWS/ApplicationELB", "TargetResponseTime"], local.tg, [{ stat = p, label = p }])
        ] },
        { title = "Delivery of a message, milliseconds", stat = "p50", metrics = [for p in ["p50", "p95", "p99"] :
          concat(["WebChat", "DeliveryLatency"], local.own, [{ stat = p, label = p }])
        ] },
        { title = "Processor and memory, percent", stat = "Average", metrics = [
          concat(["AWS/ECS", "CPUUtilization"], local.ecs, [{ label = "processor" }]),
          concat(["AWS/ECS", "MemoryUtilization"], local.ecs, [{ label = "memory" }]),
        ] },
        { title = "Database: answer of a command, milliseconds", stat = "p50", metrics = [for p in ["p50", "p95", "p99"] :
          concat(["WebChat", "DatabaseLatency"], local.own, [{ stat = p, label = p }])
        ] },
      ]
    },
    {
      title = "Is it growing?"
      widgets = [
        # The average, not the sum: the sum would jump when a task writes twice in one minute and not in the next.
        { title = "Connections", stat = "Average", metrics = [
          [{ expression = "each * tasks", label = "all" }],
          concat(["WebChat", "Connections"], local.own, [{ id = "each", visible = false }]),
          concat(["AWS/ApplicationELB", "HealthyHostCount"], local.tg, [{ id = "tasks", visible = false }]),
          concat(["WebChat", "Connections"], local.own, [{ label = "fullest task", stat = "Maximum" }]),
        ] },
        { title = "Messages a minute", stat = "Sum", metrics = [
          concat(["WebChat", "MessagesSent"], local.own, [{ label = "messages" }]),
        ] },
        { title = "Cache: processor and memory, percent", stat = "Maximum", metrics = concat([for id in var.cache_member_ids : [
          ["AWS/ElastiCache", "EngineCPUUtilization", "CacheClusterId", id, { label = "${id} processor" }],
          ["AWS/ElastiCache", "DatabaseMemoryUsagePercentage", "CacheClusterId", id, { label = "${id} memory" }],
        ]]...) },
        { title = "A task: memory in MB, event loop in ms, connections to the database", stat = "Maximum", metrics = [
          [{ expression = "memory / 1000000", label = "memory of the fullest" }],
          concat(["WebChat", "MemoryUsed"], local.own, [{ id = "memory", visible = false }]),
          concat(["WebChat", "EventLoopDelay"], local.own, [{ label = "event loop of the worst" }]),
          concat(["WebChat", "DatabaseConnections"], local.own, [{ label = "database connections" }]),
        ] },
      ]
    },
    {
      title = "What does it cost?"
      widgets = [
        { title = "This month so far, US dollars (whole account)", stat = "Maximum", region = "us-east-1", period = 21600, metrics = [
          ["AWS/Billing", "EstimatedCharges", "Currency", "USD", { label = "account" }],
        ] },
        { title = "What the load balancer is billed by (LCU)", stat = "Sum", metrics = [
          concat(["AWS/ApplicationELB", "ConsumedLCUs"], local.lb, [{ label = "LCU" }]),
        ] },
      ]
    },
  ]

  rows = [for row, question in local.questions : concat(
    [{ type = "text", x = 0, y = 3 + row * 7, width = 24, height = 1, properties = { markdown = "## ${question.title}" } }],
    [for column, widget in question.widgets : {
      type = "metric", x = column * 6, y = 4 + row * 7, width = 6, height = 6
      properties = {
        title   = widget.title
        region  = try(widget.region, var.region)
        stat    = widget.stat
        period  = try(widget.period, 60)
        view    = "timeSeries"
        metrics = widget.metrics
        yAxis   = { left = { min = 0 } }
      }
    }],
  )]

  dashboard = {
    widgets = concat(
      [{ type = "alarm", x = 0, y = 0, width = 24, height = 3, properties = { title = "Alarms", alarms = local.metric_alarm_arns } }],
      flatten(local.rows),
    )
  }
}

resource "aws_cloudwatch_dashboard" "main" {
  dashboard_name = var.name
  dashboard_body = jsonencode(local.dashboard)
}
