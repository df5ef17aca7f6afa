# What a variable puts before the load balancer, and what it copies to a second region.

mock_provider "aws" {
  source = "./tests/mocks/aws"
}

mock_provider "mongodbatlas" {
  source = "./tests/mocks/atlas"
}

variables {
  environment        = "test"
  region             = "eu-central-1"
  domain_name        = "chat.example.com"
  zone_name          = "example.com"
  nat_per_zone       = false
  task_cpu           = 1024
  task_memory        = 2048
  min_tasks          = 2
  max_tasks          = 10
  database           = "existing"
  valkey_nodes       = 1
  log_retention_days = 30
  alert_emails       = ["one@example.com"]
  monthly_budget_usd = 100
  protect            = true
}

run "neither_by_default" {
  assert {
    condition     = length(module.edge) == 0 && length(module.firewall) == 0 && local.settings.TRUSTED_PROXIES == "1" && !contains(keys(local.settings), "S3_READ_URL")
    error_message = "Nobody asked for CloudFront or a firewall."
  }
}

run "both" {
  variables {
    cloudfront     = true
    firewall       = true
    canary_minutes = 5
    replica_region = "eu-west-1"
    mail_from      = "Our chat <chat@example.com>"
  }

  assert {
    condition     = local.settings.MAIL_FROM == "Our chat <chat@example.com>"
    error_message = "The application must know the sender of its mails."
  }

  assert {
    condition     = local.settings.TRUSTED_PROXIES == "2" && local.settings.S3_READ_URL == "https://d111111abcdef8.cloudfront.net"
    error_message = "The application must believe two proxies, and send readers of files to CloudFront."
  }
}

run "cloudfront" {
  module {
    source = "./modules/edge"
  }

  variables {
    name                       = "webchat-test"
    validation_fqdn            = "_proof.chat.example.com"
    load_balancer_dns_name     = "webchat-test.eu-central-1.elb.amazonaws.com"
    uploads_bucket_domain_name = "uploads.s3.eu-central-1.amazonaws.com"
    web_acl_arn                = "arn:acl"
  }

  assert {
    condition     = aws_cloudfront_distribution.pages.aliases == toset(["chat.example.com"]) && aws_cloudfront_distribution.pages.web_acl_id == "arn:acl" && one(aws_cloudfront_distribution.pages.origin).custom_origin_config[0].origin_protocol_policy == "https-only" && aws_acm_certificate.main.region == "us-east-1"
    error_message = "CloudFront must answer for the domain, by TLS all the way, behind the firewall."
  }

  assert {
    condition = (
      aws_cloudfront_distribution.pages.default_cache_behavior[0].cache_policy_id == data.aws_cloudfront_cache_policy.passed.id && data.aws_cloudfront_cache_policy.passed.name == "Managed-CachingDisabled" &&
      aws_cloudfront_distribution.pages.default_cache_behavior[0].compress == false && length(aws_cloudfront_distribution.pages.default_cache_behavior[0].allowed_methods) == 7
    )
    error_message = "Pages, API and sockets must only be passed on, and never compressed: the application knows what holds a secret."
  }

  assert {
    condition     = [for behavior in aws_cloudfront_distribution.pages.ordered_cache_behavior : "${behavior.path_pattern} ${behavior.compress}"] == ["/_nuxt/* true"] && data.aws_cloudfront_cache_policy.kept.name == "Managed-CachingOptimized"
    error_message = "Nothing but the build's files may be kept."
  }

  assert {
    condition = (
      one(aws_cloudfront_distribution.files.origin).domain_name == "uploads.s3.eu-central-1.amazonaws.com" && aws_cloudfront_distribution.files.aliases == null &&
      data.aws_cloudfront_origin_request_policy.all_but_host.name == "Managed-AllViewerExceptHostHeader" && toset(aws_cloudfront_distribution.files.default_cache_behavior[0].allowed_methods) == toset(["GET", "HEAD"])
    )
    error_message = "Files must be read by the bucket's own name, which signatures are made for, under an origin that is not the chat's."
  }
}

run "only_cloudfront_reaches_the_load_balancer" {
  module {
    source = "./modules/network"
  }

  variables {
    name                 = "webchat-test"
    vpc_cidr             = "10.20.0.0/16"
    database_port        = 27017
    private_database     = false
    flow_logs_bucket_arn = "arn:aws:s3:::logs"
    only_from_cloudfront = true
  }

  assert {
    condition     = length(aws_vpc_security_group_ingress_rule.lb_from_world) == 0 && length(aws_vpc_security_group_ingress_rule.lb_from_cloudfront) == 1
    error_message = "Whoever could pass CloudFront by could write any address into its report."
  }
}

run "firewall" {
  module {
    source = "./modules/firewall"
  }

  variables {
    name              = "webchat-test"
    scope             = "REGIONAL"
    load_balancer_arn = "arn:lb"
    sign_in_limit     = 100
    request_limit     = 20000
  }

  assert {
    condition     = length(aws_wafv2_web_acl_association.load_balancer) == 1 && length(aws_wafv2_web_acl.main.default_action[0].allow) == 1
    error_message = "The firewall must stand before the load balancer, and let through what breaks no rule."
  }

  assert {
    condition = { for rule in aws_wafv2_web_acl.main.rule : rule.name => [rule.statement[0].rate_based_statement[0].limit, rule.statement[0].rate_based_statement[0].scope_down_statement[0].byte_match_statement[0].search_string] if startswith(rule.name, "rate-") } == {
      rate-login = [100, "/api/auth/login"], rate-register = [100, "/api/auth/register"], rate-all = [20000, "/"]
    }
    error_message = "Registration, login, and everything must have their rates."
  }
}

run "copy" {
  module {
    source = "./modules/replica"
  }

  variables {
    name           = "webchat-test-eu-central-1"
    bucket         = "webchat-test-uploads"
    bucket_arn     = "arn:aws:s3:::webchat-test-uploads"
    replica_name   = "webchat-test-copy"
    replica_region = "eu-west-1"
  }

  assert {
    condition = (
      aws_s3_bucket.copy.region == "eu-west-1" && aws_s3_bucket_versioning.copy.region == "eu-west-1" && aws_s3_bucket_versioning.copy.versioning_configuration[0].status == "Enabled" &&
      aws_s3_bucket_replication_configuration.main.rule[0].status == "Enabled" && aws_s3_bucket_replication_configuration.main.rule[0].delete_marker_replication[0].status == "Enabled" &&
      aws_s3_bucket_replication_configuration.main.rule[0].destination[0].bucket == aws_s3_bucket.copy.arn
    )
    error_message = "The copy must be in the second region, keep versions, and get everything."
  }

  assert {
    condition     = aws_s3_bucket_public_access_block.copy.block_public_acls && aws_s3_bucket_public_access_block.copy.block_public_policy && aws_s3_bucket_public_access_block.copy.ignore_public_acls && aws_s3_bucket_public_access_block.copy.restrict_public_buckets
    error_message = "Public access to the copy must be blocked four times."
  }
}
