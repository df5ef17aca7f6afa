# The synthetic check, every few minutes: a small task with the image of the chat's first revision signs in as its own person,
# sends a message and receives it. It ends with exit code 1 when that fails.

locals {
  canary = var.canary_minutes == 0 ? 0 : 1

  canary_container = {
    name                   = "canary"
    image                  = var.image
    essential              = true
    user                   = "1000:1000"
    readonlyRootFilesystem = true
    linuxParameters        = { initProcessEnabled = true, capabilities = { drop = ["ALL"] } }
    command                = ["node", "/app/smoke.mjs", "https://${var.domain_name}", "--account"]
    environment            = [{ name = "SMOKE_LOGIN", value = "canary" }]
    secrets                = [{ name = "SMOKE_PASSWORD", valueFrom = try(var.secrets["CANARY_PASSWORD"], "") }]
    logConfiguration = {
      logDriver = "awslogs"
      options   = { awslogs-group = var.log_group_name, awslogs-region = var.region, awslogs-stream-prefix = "canary" }
    }
  }

  canary_policy = {
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "RunCanary"
        Effect    = "Allow"
        Action    = "ecs:RunTask"
        Resource  = [for definition in aws_ecs_task_definition.canary : "${definition.arn_without_revision}:*"]
        Condition = { ArnEquals = { "ecs:cluster" = aws_ecs_cluster.main.arn } }
      },
      {
        Sid       = "PassRole"
        Effect    = "Allow"
        Action    = "iam:PassRole"
        Resource  = aws_iam_role.execution.arn
        Condition = { StringEquals = { "iam:PassedToService" = "ecs-tasks.amazonaws.com" } }
      },
    ]
  }
}

resource "aws_ecs_task_definition" "canary" {
  count = local.canary

  family                   = "${var.name}-canary"
  requires_compatibilities = ["FARGATE"]
  network_mode             = "awsvpc"
  cpu                      = "256"
  memory                   = "512"
  execution_role_arn       = aws_iam_role.execution.arn
  container_definitions    = jsonencode([local.canary_container])

  runtime_platform {
    operating_system_family = "LINUX"
    cpu_architecture        = var.cpu_architecture
  }
}

resource "aws_iam_role" "canary" {
  count = local.canary

  name = "${var.name}-${var.region}-canary"
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Principal = { Service = "events.amazonaws.com" }, Action = "sts:AssumeRole" }]
  })
}

resource "aws_iam_role_policy" "canary" {
  count = local.canary

  name   = "run"
  role   = aws_iam_role.canary[0].id
  policy = jsonencode(local.canary_policy)
}

resource "aws_cloudwatch_event_rule" "canary" {
  count = local.canary

  name                = "${var.name}-canary"
  description         = "Time to try the chat"
  schedule_expression = "rate(${var.canary_minutes} minutes)"
}

resource "aws_cloudwatch_event_target" "canary" {
  count = local.canary

  rule     = aws_cloudwatch_event_rule.canary[0].name
  arn      = aws_ecs_cluster.main.arn
  role_arn = aws_iam_role.canary[0].arn

  ecs_target {
    task_definition_arn = aws_ecs_task_definition.canary[0].arn_without_revision
    task_count          = 1
    launch_type         = "FARGATE"

    network_configuration {
      subnets          = var.private_subnet_ids
      security_groups  = [var.task_security_group_id]
      assign_public_ip = false
    }
  }
}
