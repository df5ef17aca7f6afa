# Tasks run as the image expects, sockets stay open, deployments roll back.

mock_provider "aws" {
  source = "./tests/mocks/aws"
}

run "service" {
  module {
    source = "./modules/service"
  }

  variables {
    name                   = "webchat-test"
    region                 = "eu-central-1"
    domain_name            = "chat.example.com"
    zone_name              = "example.com"
    vpc_id                 = "vpc-1"
    public_subnet_ids      = ["subnet-a", "subnet-b"]
    private_subnet_ids     = ["subnet-c", "subnet-d"]
    lb_security_group_id   = "sg-lb"
    task_security_group_id = "sg-task"
    uploads_bucket_arn     = "arn:aws:s3:::uploads"
    access_logs_bucket     = "logs"
    repository_arn         = "arn:aws:ecr:eu-central-1:123456789012:repository/webchat"
    image                  = "123456789012.dkr.ecr.eu-central-1.amazonaws.com/webchat:first"
    cpu_architecture       = "ARM64"
    task_cpu               = 1024
    task_memory            = 2048
    min_tasks              = 2
    max_tasks              = 10
    connections_per_task   = 5000
    metric_dimensions      = { service = "webchat", environment = "test" }
    settings               = { APP_URL = "https://chat.example.com" }
    secrets                = { JWT_SECRET = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:jwt-secret" }
    log_group_name         = "/webchat/webchat-test"
    log_group_arn          = "arn:aws:logs:eu-central-1:123456789012:log-group:/webchat/webchat-test"
    rollback_alarm_names   = ["webchat-test-unhealthy-tasks", "webchat-test-errors-5xx"]
    protect                = true
  }

  # The container.
  assert {
    condition = alltrue([for container in jsondecode(aws_ecs_task_definition.app.container_definitions) :
      container.readonlyRootFilesystem && container.user == "1000:1000" && container.linuxParameters.capabilities.drop == ["ALL"] && container.linuxParameters.initProcessEnabled
    ])
    error_message = "Containers must have a read-only root, user 1000, no capabilities, and an init process."
  }

  assert {
    condition     = aws_ecs_task_definition.app.skip_destroy
    error_message = "An apply must not take away the revision that runs, or that a deployment goes back to."
  }

  assert {
    condition     = length(aws_ecs_task_definition.canary) == 0
    error_message = "Nobody asked for a synthetic check."
  }

  assert {
    condition     = jsondecode(aws_ecs_task_definition.app.container_definitions)[0].stopTimeout == 60
    error_message = "A task needs 60 seconds to let go of its sockets."
  }

  assert {
    condition     = jsondecode(aws_ecs_task_definition.app.container_definitions)[0].secrets == [{ name = "JWT_SECRET", valueFrom = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:jwt-secret" }]
    error_message = "Secrets must come from Secrets Manager."
  }

  assert {
    condition     = jsondecode(aws_ecs_task_definition.app.container_definitions)[0].environment == [{ name = "APP_URL", value = "https://chat.example.com" }, { name = "PORT", value = "3000" }]
    error_message = "The plain environment must hold the settings given, and the port that the target group asks."
  }

  assert {
    condition = (
      jsondecode(aws_ecs_task_definition.app.container_definitions)[0].logConfiguration.options["mode"] == "non-blocking" &&
      jsondecode(aws_ecs_task_definition.app.container_definitions)[0].logConfiguration.options["awslogs-group"] == "/webchat/webchat-test"
    )
    error_message = "Logs must go to the log group, and hold nothing up."
  }

  assert {
    condition     = jsondecode(aws_ecs_task_definition.app.container_definitions)[0].healthCheck.command[0] == "CMD" && strcontains(jsonencode(jsondecode(aws_ecs_task_definition.app.container_definitions)[0].healthCheck.command), "/api/health")
    error_message = "The task definition needs its own health check, in exec form: ECS ignores the image's, and there need be no shell."
  }

  assert {
    condition     = aws_ecs_task_definition.app.cpu == "1024" && aws_ecs_task_definition.app.memory == "2048" && aws_ecs_task_definition.app.runtime_platform[0].cpu_architecture == "ARM64"
    error_message = "Size and architecture must be those given."
  }

  # The service.
  assert {
    condition     = aws_ecs_service.app.network_configuration[0].assign_public_ip == false && toset(aws_ecs_service.app.network_configuration[0].subnets) == toset(["subnet-c", "subnet-d"]) && toset(aws_ecs_service.app.network_configuration[0].security_groups) == toset(["sg-task"])
    error_message = "Tasks must be in the private subnets, without public addresses."
  }

  assert {
    condition     = aws_ecs_service.app.deployment_circuit_breaker[0].enable && aws_ecs_service.app.deployment_circuit_breaker[0].rollback
    error_message = "A deployment whose tasks do not start must be rolled back."
  }

  assert {
    condition     = aws_ecs_service.app.alarms[0].enable && aws_ecs_service.app.alarms[0].rollback && toset(aws_ecs_service.app.alarms[0].alarm_names) == toset(["webchat-test-unhealthy-tasks", "webchat-test-errors-5xx"])
    error_message = "A deployment that sets off an alarm must be rolled back."
  }

  assert {
    condition     = aws_ecs_service.app.deployment_minimum_healthy_percent == 100 && aws_ecs_service.app.deployment_maximum_percent == 200 && aws_ecs_service.app.health_check_grace_period_seconds == 60
    error_message = "A deployment must never take capacity away."
  }

  assert {
    condition     = aws_ecs_service.app.launch_type == "FARGATE" && aws_ecs_service.app.availability_zone_rebalancing == "ENABLED"
    error_message = "No Spot, and zones in balance."
  }

  # The load balancer.
  assert {
    condition     = aws_lb.main.idle_timeout >= 25 * 4
    error_message = "The idle timeout must stand several lost pings of 25 seconds, or quiet sockets drop."
  }

  assert {
    condition     = aws_lb.main.idle_timeout < 130
    error_message = "The idle timeout must be below the server's keep-alive of 130 seconds, or requests meet a connection that just closes."
  }

  assert {
    condition     = aws_lb.main.internal == false && aws_lb.main.drop_invalid_header_fields && aws_lb.main.enable_deletion_protection && aws_lb.main.access_logs[0].enabled && toset(aws_lb.main.subnets) == toset(["subnet-a", "subnet-b"])
    error_message = "The load balancer must be public, drop invalid headers, be protected, and keep access logs."
  }

  assert {
    condition     = aws_lb_listener.https.port == 443 && aws_lb_listener.https.protocol == "HTTPS" && aws_lb_listener.https.ssl_policy == "ELBSecurityPolicy-TLS13-1-2-2021-06"
    error_message = "TLS 1.2 and 1.3 only."
  }

  assert {
    condition     = aws_lb_listener.http.default_action[0].redirect[0].status_code == "HTTP_301" && aws_lb_listener.http.default_action[0].redirect[0].protocol == "HTTPS"
    error_message = "Plain HTTP must lead to HTTPS."
  }

  assert {
    condition     = aws_lb_target_group.app.protocol_version == "HTTP1" && aws_lb_target_group.app.target_type == "ip" && aws_lb_target_group.app.load_balancing_algorithm_type == "least_outstanding_requests" && aws_lb_target_group.app.deregistration_delay == "30" && aws_lb_target_group.app.stickiness[0].enabled == false
    error_message = "The target group must speak HTTP/1.1 (WebSockets), prefer the emptier task, drain for 30 seconds, and not stick."
  }

  assert {
    condition     = aws_lb_target_group.app.health_check[0].path == "/api/health"
    error_message = "The health check must be the shallow one: a blip of the database must not kill every task."
  }

  assert {
    condition     = aws_route53_record.main.name == "chat.example.com" && aws_route53_record.main.alias[0].name == aws_lb.main.dns_name && aws_acm_certificate.main.domain_name == "chat.example.com" && aws_lb_listener.https.certificate_arn == aws_acm_certificate_validation.main.certificate_arn
    error_message = "The domain must lead to the load balancer, with a certificate that was validated."
  }

  # Autoscaling.
  assert {
    condition     = aws_appautoscaling_target.app.min_capacity == 2 && aws_appautoscaling_target.app.max_capacity == 10 && aws_appautoscaling_target.app.resource_id == "service/webchat-test/webchat-test"
    error_message = "Autoscaling must keep to the numbers given."
  }

  assert {
    condition = alltrue([for policy in [aws_appautoscaling_policy.cpu, aws_appautoscaling_policy.connections] :
      policy.target_tracking_scaling_policy_configuration[0].scale_in_cooldown == 600 && policy.target_tracking_scaling_policy_configuration[0].scale_out_cooldown == 60
    ])
    error_message = "Tasks must come quickly and go slowly: each that goes cuts its sockets."
  }

  assert {
    condition     = aws_appautoscaling_policy.cpu.target_tracking_scaling_policy_configuration[0].target_value == 60 && aws_appautoscaling_policy.connections.target_tracking_scaling_policy_configuration[0].target_value == 5000
    error_message = "The targets are 60 percent of the processor and the connections given."
  }

  assert {
    condition = (
      aws_appautoscaling_policy.connections.target_tracking_scaling_policy_configuration[0].customized_metric_specification[0].namespace == "WebChat" &&
      aws_appautoscaling_policy.connections.target_tracking_scaling_policy_configuration[0].customized_metric_specification[0].metric_name == "Connections" &&
      { for dimension in aws_appautoscaling_policy.connections.target_tracking_scaling_policy_configuration[0].customized_metric_specification[0].dimensions : dimension.name => dimension.value } == { service = "webchat", environment = "test" }
    )
    error_message = "The metric that scales must be the one that the application writes, by its exact dimensions."
  }
}

run "behind_cloudfront_with_a_canary" {
  module {
    source = "./modules/service"
  }

  variables {
    name                   = "webchat-test"
    region                 = "eu-central-1"
    domain_name            = "chat.example.com"
    zone_name              = "example.com"
    vpc_id                 = "vpc-1"
    public_subnet_ids      = ["subnet-a", "subnet-b"]
    private_subnet_ids     = ["subnet-c", "subnet-d"]
    lb_security_group_id   = "sg-lb"
    task_security_group_id = "sg-task"
    uploads_bucket_arn     = "arn:aws:s3:::uploads"
    access_logs_bucket     = "logs"
    repository_arn         = "arn:aws:ecr:eu-central-1:123456789012:repository/webchat"
    image                  = "webchat:first"
    cpu_architecture       = "ARM64"
    task_cpu               = 1024
    task_memory            = 2048
    min_tasks              = 2
    max_tasks              = 15
    connections_per_task   = 5000
    metric_dimensions      = { service = "webchat", environment = "test" }
    settings               = {}
    secrets                = { JWT_SECRET = "arn:jwt", CANARY_PASSWORD = "arn:canary" }
    log_group_name         = "group"
    log_group_arn          = "arn:aws:logs:eu-central-1:123456789012:log-group:group"
    rollback_alarm_names   = []
    protect                = false
    canary_minutes         = 5
    edge                   = { domain_name = "d111.cloudfront.net", zone_id = "Z2FDTNDATAQYW2" }
  }

  assert {
    condition     = aws_route53_record.main.alias[0].name == "d111.cloudfront.net" && aws_route53_record.main.alias[0].zone_id == "Z2FDTNDATAQYW2" && aws_route53_record.main.alias[0].evaluate_target_health == false
    error_message = "The domain must lead to CloudFront."
  }

  assert {
    condition = (
      aws_cloudwatch_event_rule.canary[0].schedule_expression == "rate(5 minutes)" && aws_cloudwatch_event_target.canary[0].ecs_target[0].launch_type == "FARGATE" &&
      jsondecode(aws_ecs_task_definition.canary[0].container_definitions)[0].command == ["node", "/app/smoke.mjs", "https://chat.example.com", "--account"] &&
      jsondecode(aws_ecs_task_definition.canary[0].container_definitions)[0].secrets == [{ name = "SMOKE_PASSWORD", valueFrom = "arn:canary" }] &&
      aws_ecs_task_definition.canary[0].task_role_arn == null
    )
    error_message = "The synthetic check must run as a task of its own, every five minutes, with its password and no rights."
  }

  assert {
    condition     = [for secret in jsondecode(aws_ecs_task_definition.app.container_definitions)[0].secrets : secret.name] == ["JWT_SECRET"]
    error_message = "The chat must not know the canary's password."
  }
}
