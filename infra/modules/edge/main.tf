# CloudFront, in two distributions. One is in front of the chat: it caches the files of the build near people and passes on
# everything else, also sockets. The other delivers people's files from the bucket under a separate origin, so that no file
# that somebody sent is ever part of the chat's origin.

locals {
  # Policies that AWS manages.
  kept   = data.aws_cloudfront_cache_policy.kept.id
  passed = data.aws_cloudfront_cache_policy.passed.id
}

data "aws_cloudfront_cache_policy" "kept" {
  name = "Managed-CachingOptimized"
}

data "aws_cloudfront_cache_policy" "passed" {
  name = "Managed-CachingDisabled"
}

data "aws_cloudfront_origin_request_policy" "all" {
  name = "Managed-AllViewer"
}

data "aws_cloudfront_origin_request_policy" "all_but_host" {
  name = "Managed-AllViewerExceptHostHeader"
}

# CloudFront accepts certificates from us-east-1 only. The record that proves the domain is that of the other certificate.
resource "aws_acm_certificate" "main" {
  region            = "us-east-1"
  domain_name       = var.domain_name
  validation_method = "DNS"

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_acm_certificate_validation" "main" {
  region                  = "us-east-1"
  certificate_arn         = aws_acm_certificate.main.arn
  validation_record_fqdns = [var.validation_fqdn]
}

resource "aws_cloudfront_distribution" "pages" {
  enabled         = true
  comment         = "${var.name}: pages, API and sockets"
  aliases         = [var.domain_name]
  http_version    = "http2and3"
  is_ipv6_enabled = true
  price_class     = "PriceClass_All"
  web_acl_id      = var.web_acl_arn == "" ? null : var.web_acl_arn

  origin {
    origin_id   = "load-balancer"
    domain_name = var.load_balancer_dns_name

    custom_origin_config {
      http_port              = 80
      https_port             = 443
      origin_protocol_policy = "https-only"
      origin_ssl_protocols   = ["TLSv1.2"]
      # More than the 25 seconds between two pings.
      origin_read_timeout      = 60
      origin_keepalive_timeout = 60
    }
  }

  # Cookies, the Host header (the certificate and the application's checks need it) and socket upgrades are passed on.
  default_cache_behavior {
    target_origin_id         = "load-balancer"
    viewer_protocol_policy   = "redirect-to-https"
    allowed_methods          = ["GET", "HEAD", "OPTIONS", "PUT", "POST", "PATCH", "DELETE"]
    cached_methods           = ["GET", "HEAD"]
    cache_policy_id          = local.passed
    origin_request_policy_id = data.aws_cloudfront_origin_request_policy.all.id
    # The application compresses, and knows what must not be compressed (server/compress.node.ts).
    compress = false
  }

  # The names of these files depend on their contents, and their answers last a year. They are cached once per encoding,
  # without cookies.
  ordered_cache_behavior {
    path_pattern             = "/_nuxt/*"
    target_origin_id         = "load-balancer"
    viewer_protocol_policy   = "redirect-to-https"
    allowed_methods          = ["GET", "HEAD"]
    cached_methods           = ["GET", "HEAD"]
    cache_policy_id          = local.kept
    origin_request_policy_id = data.aws_cloudfront_origin_request_policy.all.id
    compress                 = true
  }

  viewer_certificate {
    acm_certificate_arn      = aws_acm_certificate_validation.main.certificate_arn
    ssl_support_method       = "sni-only"
    minimum_protocol_version = "TLSv1.2_2021"
  }

  restrictions {
    geo_restriction {
      restriction_type = "none"
    }
  }
}

# The signatures of the bucket stay valid: CloudFront requests the host that they were made for, with the whole query. It
# caches nothing, because each reader has a different address. It saves distance, and the price of traffic.
resource "aws_cloudfront_distribution" "files" {
  enabled         = true
  comment         = "${var.name}: files by signed addresses"
  http_version    = "http2and3"
  is_ipv6_enabled = true
  price_class     = "PriceClass_All"

  origin {
    origin_id   = "files"
    domain_name = var.uploads_bucket_domain_name

    custom_origin_config {
      http_port              = 80
      https_port             = 443
      origin_protocol_policy = "https-only"
      origin_ssl_protocols   = ["TLSv1.2"]
    }
  }

  default_cache_behavior {
    target_origin_id         = "files"
    viewer_protocol_policy   = "https-only"
    allowed_methods          = ["GET", "HEAD"]
    cached_methods           = ["GET", "HEAD"]
    cache_policy_id          = local.passed
    origin_request_policy_id = data.aws_cloudfront_origin_request_policy.all_but_host.id
    compress                 = false
  }

  viewer_certificate {
    cloudfront_default_certificate = true
  }

  restrictions {
    geo_restriction {
      restriction_type = "none"
    }
  }
}
