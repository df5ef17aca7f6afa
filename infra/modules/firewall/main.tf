# Stops floods before they reach a task. The application has its own, finer limits by account and address, but a request
# that it refuses has already cost a task something.

locals {
  # The firewall of CloudFront is global, and is made in us-east-1.
  region = var.scope == "CLOUDFRONT" ? "us-east-1" : null

  # An office behind one address makes more requests than a person, but not this many sign-ins.
  rates = {
    login    = { priority = 1, limit = var.sign_in_limit, path = "/api/auth/login" }
    register = { priority = 2, limit = var.sign_in_limit, path = "/api/auth/register" }
    all      = { priority = 3, limit = var.request_limit, path = "/" }
  }
}

resource "aws_wafv2_web_acl" "main" {
  region      = local.region
  name        = var.name
  description = "Rates of requests by address"
  scope       = var.scope

  default_action {
    allow {}
  }

  rule {
    name     = "known-attackers"
    priority = 0

    override_action {
      none {}
    }

    statement {
      managed_rule_group_statement {
        vendor_name = "AWS"
        name        = "AWSManagedRulesAmazonIpReputationList"
      }
    }

    visibility_config {
      cloudwatch_metrics_enabled = true
      metric_name                = "${var.name}-known-attackers"
      sampled_requests_enabled   = false
    }
  }

  dynamic "rule" {
    for_each = local.rates

    content {
      name     = "rate-${rule.key}"
      priority = rule.value.priority

      action {
        block {
          custom_response {
            response_code = 429

            response_header {
              name  = "Retry-After"
              value = "300"
            }
          }
        }
      }

      statement {
        rate_based_statement {
          limit                 = rule.value.limit
          evaluation_window_sec = 300
          aggregate_key_type    = "IP"

          scope_down_statement {
            byte_match_statement {
              search_string         = rule.value.path
              positional_constraint = "STARTS_WITH"

              field_to_match {
                uri_path {}
              }

              text_transformation {
                priority = 0
                type     = "NORMALIZE_PATH"
              }
            }
          }
        }
      }

      visibility_config {
        cloudwatch_metrics_enabled = true
        metric_name                = "${var.name}-rate-${rule.key}"
        # Samples would contain people's addresses, and links with tokens.
        sampled_requests_enabled = false
      }
    }
  }

  visibility_config {
    cloudwatch_metrics_enabled = true
    metric_name                = var.name
    sampled_requests_enabled   = false
  }
}

resource "aws_wafv2_web_acl_association" "load_balancer" {
  count = var.scope == "REGIONAL" ? 1 : 0

  resource_arn = var.load_balancer_arn
  web_acl_arn  = aws_wafv2_web_acl.main.arn
}
