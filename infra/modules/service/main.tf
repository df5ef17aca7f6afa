# The chat itself: tasks on Fargate. Roles are in roles.tf, what stands in front in load_balancer.tf, growth in scaling.tf.

locals {
  container = {
    name      = "app"
    image     = var.image
    essential = true
    user      = "1000:1000"

    readonlyRootFilesystem = true
    # Sockets are closed over 5 seconds, requests may take 20 more; then the process has long ended by itself.
    stopTimeout = 60
    # No tmpfs: the application works in memory, so nothing needs to be writable (scripts/checkImage.sh runs it so).
    linuxParameters = { initProcessEnabled = true, capabilities = { drop = ["ALL"] } }
    ulimits         = [{ name = "nofile", softLimit = 65535, hardLimit = 65535 }]
    portMappings    = [{ containerPort = 3000, protocol = "tcp" }]

    environment = [for name, value in merge(var.settings, { PORT = "3000" }) : { name = name, value = value }]
    secrets     = [for name, arn in var.secrets : { name = name, valueFrom = arn } if name != "CANARY_PASSWORD"]

    # Says only that the process lives: were it to ask for the database, one blip of it would get every task replaced.
    healthCheck = {
      command     = ["CMD", "node", "-e", "fetch('http://127.0.0.1:3000/api/health').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
      interval    = 15
      timeout     = 5
      retries     = 3
      startPeriod = 60
    }

    # Non-blocking: when CloudWatch is slow, lines are lost rather than messages held up. Metrics travel in it too.
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

  # The free metrics, the load balancer's and our own answer every question of the dashboard.
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
  # A revision that an apply replaces may be the one that runs, or the one to go back to: it must stay active.
  skip_destroy = true

  runtime_platform {
    operating_system_family = "LINUX"
    cpu_architecture        = var.cpu_architecture
  }
}

# Which revision runs, and how many of it, is decided elsewhere: by deploy.sh and by autoscaling. A deployment takes the
# newest revision as its pattern and puts its own image into it.
resource "aws_ecs_service" "app" {
  name            = var.name
  cluster         = aws_ecs_cluster.main.arn
  task_definition = aws_ecs_task_definition.app.arn
  desired_count   = var.min_tasks
  # Not Spot: two minutes' notice is enough for the task, but not for everyone who was connected to it.
  launch_type                        = "FARGATE"
  platform_version                   = "LATEST"
  deployment_minimum_healthy_percent = 100
  deployment_maximum_percent         = 200
  health_check_grace_period_seconds  = 60
  # Tasks move back when a zone has recovered. It cuts sockets, which come back by themselves; one zone for all is worse.
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

  # A target group without a listener refuses tasks.
  depends_on = [aws_lb_listener.https, aws_iam_role_policy.execution]
}
