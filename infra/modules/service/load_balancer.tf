# The public entrance: one load balancer, with a certificate for the domain and a record that points to it.

locals {
  # More than the 25 seconds between two pings, also if one is lost. With 60 seconds, sockets were seen to drop.
  idle_timeout = 120
}

data "aws_route53_zone" "main" {
  name = var.zone_name
}

resource "aws_acm_certificate" "main" {
  domain_name       = var.domain_name
  validation_method = "DNS"

  lifecycle {
    create_before_destroy = true
  }
}

# The certificate has one name, so one record proves it.
resource "aws_route53_record" "validation" {
  zone_id         = data.aws_route53_zone.main.zone_id
  name            = one([for record in aws_acm_certificate.main.domain_validation_options : record.resource_record_name])
  type            = one([for record in aws_acm_certificate.main.domain_validation_options : record.resource_record_type])
  records         = [for record in aws_acm_certificate.main.domain_validation_options : record.resource_record_value]
  ttl             = 300
  allow_overwrite = true
}

resource "aws_acm_certificate_validation" "main" {
  certificate_arn         = aws_acm_certificate.main.arn
  validation_record_fqdns = [aws_route53_record.validation.fqdn]
}

resource "aws_lb" "main" {
  name                       = var.name
  load_balancer_type         = "application"
  internal                   = false
  subnets                    = var.public_subnet_ids
  security_groups            = [var.lb_security_group_id]
  idle_timeout               = local.idle_timeout
  drop_invalid_header_fields = true
  desync_mitigation_mode     = "defensive"
  # The application trusts the rightmost address, which the load balancer adds.
  xff_header_processing_mode = "append"
  enable_deletion_protection = var.protect

  access_logs {
    enabled = true
    bucket  = var.access_logs_bucket
    prefix  = "load-balancer"
  }
}

resource "aws_lb_target_group" "app" {
  name             = var.name
  vpc_id           = var.vpc_id
  target_type      = "ip"
  port             = 3000
  protocol         = "HTTP"
  protocol_version = "HTTP1"
  # Sockets stay on their task. With round robin, a new task would stay empty beside full ones.
  load_balancing_algorithm_type = "least_outstanding_requests"
  deregistration_delay          = "30"

  health_check {
    path                = "/api/health"
    matcher             = "200"
    interval            = 10
    timeout             = 5
    healthy_threshold   = 2
    unhealthy_threshold = 3
  }

  # Any task can serve anyone, because events reach every task.
  stickiness {
    type    = "lb_cookie"
    enabled = false
  }
}

resource "aws_lb_listener" "https" {
  load_balancer_arn = aws_lb.main.arn
  port              = 443
  protocol          = "HTTPS"
  ssl_policy        = "ELBSecurityPolicy-TLS13-1-2-2021-06"
  certificate_arn   = aws_acm_certificate_validation.main.certificate_arn

  default_action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.app.arn
  }
}

resource "aws_lb_listener" "http" {
  load_balancer_arn = aws_lb.main.arn
  port              = 80
  protocol          = "HTTP"

  default_action {
    type = "redirect"

    redirect {
      status_code = "HTTP_301"
      protocol    = "HTTPS"
      port        = "443"
    }
  }
}

resource "aws_route53_record" "main" {
  zone_id = data.aws_route53_zone.main.zone_id
  name    = var.domain_name
  type    = "A"

  alias {
    name    = var.edge == null ? aws_lb.main.dns_name : var.edge.domain_name
    zone_id = var.edge == null ? aws_lb.main.zone_id : var.edge.zone_id
    # Route 53 cannot evaluate the health of CloudFront.
    evaluate_target_health = var.edge == null
  }
}
