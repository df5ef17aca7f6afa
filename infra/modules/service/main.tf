# The chat itself: tasks on Fargate. The roles are in roles.tf, the load balancer in load_balancer.tf, autoscaling in scaling.tf.

locals {
  container = {
    name      = "app"
    image     = var.image
    essential = true
    user      = "1000:1000"

    readonlyRootFilesystem = true
    # The process closes its sockets over 5 seconds, gives requests 20 more, and then ends by itself.
    stopTimeout = 60
    # No tmpfs: the application works in memory, so nothing needs to be writable (scripts/checkImage.sh checks that).
    linuxParameters = { initProcessEnabled = true, capabilities = { drop = ["ALL"] } }
    ulimits         = [{ name = "nofile", softLimit = 65535, hardLimit = 65535 }]
    portMappings    = [{ containerPort = 3000, protocol = "tcp" }]

    environment = [for name, value in merge(var.settings, { PORT = "3000" }) : { name = name, value = value }]
    secrets     = [for name, arn in var.secrets : { name = name, valueFrom = arn } if name != "CANARY_PASSWORD"]

    # It checks only that the process lives. If it checked the database, a short failure of it would replace every task.
    healthCheck = {
      command     = ["CMD", "node", "-e", "fetch('http://127.0.0.1:3000/api/health').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
      interval    = 15
      timeout     = 5
      retries     = 3
      startPeriod = 60
    }

    # Non-blocking: when CloudWatch is slow, log lines are lost instead of delaying messages. Metrics are log lines too.
    logConfiguration = {
      logDriver = "awslogs"
      options = {
        awslogs-group         = var.log_group_name
        awslogs-region        = var.region
        awslogs-stream-prefix = "app"
        mode                  = "non-blocking"
        max-buffer-size       = "25m"
      }
    }
  }
}

resource "aws_ecs_cluster" "main" {
  name = var.name

  # The free metrics, those of the load balancer and the application's own answer every question of the dashboard.
  setting {
    name  = "containerInsights"
    value = "disabled"
  }
}

resource "aws_ecs_task_definition" "app" {
  family                   = var.name
  requires_compatibilities = ["FARGATE"]
  network_mode             = "awsvpc"
  cpu                      = tostring(var.task_cpu)
  memory                   = tostring(var.task_memory)
  execution_role_arn       = aws_iam_role.execution.arn
  task_role_arn            = aws_iam_role.task.arn
  container_definitions    = jsonencode([local.container])
  # A revision that an apply replaces may be running, or be the one to roll back to. So it must stay active.
  skip_destroy = true

  runtime_platform {
    operating_system_family = "LINUX"
    cpu_architecture        = var.cpu_architecture
  }
}

# deploy.sh decides which revision runs, and autoscaling how many tasks. A deployment takes the newest revision as its
# template and replaces the image.
resource "aws_ecs_service" "app" {
  name            = var.name
  cluster         = aws_ecs_cluster.main.arn
  task_definition = aws_ecs_task_definition.app.arn
  desired_count   = var.min_tasks
  # Not Spot: two minutes of notice are enough for a task, but not for everyone who is connected to it.
  launch_type                        = "FARGATE"
  platform_version                   = "LATEST"
  deployment_minimum_healthy_percent = 100
  deployment_maximum_percent         = 200
  health_check_grace_period_seconds  = 60
  # Tasks move back when a zone has recovered. That cuts sockets, which reconnect. All tasks in one zone would be worse.
  availability_zone_rebalancing = "ENABLED"
  # A shell in a task needs a writable root.
  enable_execute_command = false
  propagate_tags         = "SERVICE"

  network_configuration {
    subnets          = var.private_subnet_ids
    security_groups  = [var.task_security_group_id]
    assign_public_ip = false
  }

  load_balancer {
    target_group_arn = aws_lb_target_group.app.arn
    container_name   = local.container.name
    container_port   = 3000
  }

  deployment_circuit_breaker {
    enable   = true
    rollback = true
  }

  alarms {
    enable      = true
    rollback    = true
    alarm_names = var.rollback_alarm_names
  }

  lifecycle {
    ignore_changes = [desired_count, task_definition]
  }

  # A service cannot use a target group that has no listener.
  depends_on = [aws_lb_listener.https, aws_iam_role_policy.execution]
}
