# Where logs go, and who is alerted. Alarms are in alarms.tf, the dashboard in dashboard.tf.

locals {
  services = ["cloudwatch.amazonaws.com", "budgets.amazonaws.com"]

  # Without these rights, messages to an encrypted topic are lost silently.
  key_policy = {
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "Account"
        Effect    = "Allow"
        Principal = { AWS = "arn:aws:iam::${var.account_id}:root" }
        Action    = "kms:*"
        Resource  = "*"
      },
      {
        Sid       = "AlarmsAndBudgets"
        Effect    = "Allow"
        Principal = { Service = local.services }
        Action    = ["kms:Decrypt", "kms:GenerateDataKey*"]
        Resource  = "*"
        Condition = { StringEquals = { "aws:SourceAccount" = var.account_id } }
      },
      {
        # EventBridge publishes without the name of its account.
        Sid       = "Deployments"
        Effect    = "Allow"
        Principal = { Service = "events.amazonaws.com" }
        Action    = ["kms:Decrypt", "kms:GenerateDataKey*"]
        Resource  = "*"
      },
    ]
  }

  topic_policy = {
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "AlarmsAndBudgets"
        Effect    = "Allow"
        Principal = { Service = local.services }
        Action    = "sns:Publish"
        Resource  = aws_sns_topic.alerts.arn
        Condition = { StringEquals = { "aws:SourceAccount" = var.account_id } }
      },
      {
        Sid       = "Deployments"
        Effect    = "Allow"
        Principal = { Service = "events.amazonaws.com" }
        Action    = "sns:Publish"
        Resource  = aws_sns_topic.alerts.arn
      },
    ]
  }

  failed_deployment = {
    source      = ["aws.ecs"]
    detail-type = ["ECS Deployment State Change"]
    resources   = [local.service_arn]
    detail      = { eventName = ["SERVICE_DEPLOYMENT_FAILED"] }
  }

  failed_canary = {
    source      = ["aws.ecs"]
    detail-type = ["ECS Task State Change"]
    detail = {
      clusterArn = ["arn:aws:ecs:${var.region}:${var.account_id}:cluster/${var.name}"]
      lastStatus = ["STOPPED"]
      group      = ["family:${var.name}-canary"]
      # A task that never ran has no exit code.
      "$or" = [{ containers = { exitCode = [{ anything-but = [0] }] } }, { stopCode = ["TaskFailedToStart"] }]
    }
  }

  # Built from the name, because the service depends on alarms of this module.
  service_arn = "arn:aws:ecs:${var.region}:${var.account_id}:service/${var.name}/${var.name}"
}

resource "aws_cloudwatch_log_group" "app" {
  name              = "/webchat/${var.name}"
  retention_in_days = var.log_retention_days
}

resource "aws_kms_key" "alerts" {
  description             = "Messages of ${var.name}-alerts"
  enable_key_rotation     = true
  deletion_window_in_days = 7
  policy                  = jsonencode(local.key_policy)
}

resource "aws_kms_alias" "alerts" {
  name          = "alias/${var.name}-alerts"
  target_key_id = aws_kms_key.alerts.key_id
}

resource "aws_sns_topic" "alerts" {
  name              = "${var.name}-alerts"
  kms_master_key_id = aws_kms_key.alerts.id
}

resource "aws_sns_topic_policy" "alerts" {
  arn    = aws_sns_topic.alerts.arn
  policy = jsonencode(local.topic_policy)
}

resource "aws_sns_topic_subscription" "mail" {
  for_each = toset(var.alert_emails)

  topic_arn = aws_sns_topic.alerts.arn
  protocol  = "email"
  endpoint  = each.value
}

resource "aws_cloudwatch_event_rule" "failed_deployment" {
  name          = "${var.name}-failed-deployment"
  description   = "A deployment failed and was rolled back"
  event_pattern = jsonencode(local.failed_deployment)
}

resource "aws_cloudwatch_event_target" "failed_deployment" {
  rule = aws_cloudwatch_event_rule.failed_deployment.name
  arn  = aws_sns_topic.alerts.arn
}

resource "aws_cloudwatch_event_rule" "failed_canary" {
  count = var.canary ? 1 : 0

  name          = "${var.name}-failed-canary"
  description   = "The synthetic check could not sign in, send or read. What to do: docs/operations.md, Synthetic check"
  event_pattern = jsonencode(local.failed_canary)
}

resource "aws_cloudwatch_event_target" "failed_canary" {
  count = var.canary ? 1 : 0

  rule = aws_cloudwatch_event_rule.failed_canary[0].name
  arn  = aws_sns_topic.alerts.arn
}

# One budget for each environment. Otherwise dev would warn of the costs of prod. The tag must be switched on once under
# Billing, Cost allocation tags. A budget's name must be unique in the account.
resource "aws_budgets_budget" "project" {
  name         = "${var.name}-${var.region}"
  budget_type  = "COST"
  time_unit    = "MONTHLY"
  limit_amount = tostring(var.monthly_budget_usd)
  limit_unit   = "USD"

  cost_filter {
    name   = "TagKeyValue"
    values = [format("user:Environment%s%s", "$", var.environment)]
  }

  dynamic "notification" {
    for_each = [
      { type = "ACTUAL", percent = 50 },
      { type = "ACTUAL", percent = 80 },
      { type = "ACTUAL", percent = 100 },
      { type = "FORECASTED", percent = 100 },
    ]

    content {
      comparison_operator       = "GREATER_THAN"
      notification_type         = notification.value.type
      threshold                 = notification.value.percent
      threshold_type            = "PERCENTAGE"
      subscriber_sns_topic_arns = [aws_sns_topic.alerts.arn]
    }
  }

  depends_on = [aws_sns_topic_policy.alerts]
}
