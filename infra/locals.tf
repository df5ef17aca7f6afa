data "aws_caller_identity" "current" {}

locals {
  name       = "${var.project}-${var.environment}"
  account_id = data.aws_caller_identity.current.account_id
  origin     = "https://${var.domain_name}"
  # Bootstrap makes the repository: images outlive environments, and one image is deployed to all of them.
  repository_arn = "arn:aws:ecr:${var.region}:${local.account_id}:repository/${var.project}"
  repository_url = "${local.account_id}.dkr.ecr.${var.region}.amazonaws.com/${var.project}"

  # Every setting of .env.example that differs from its default. Secret settings are in the secrets of module.data.
  settings = merge(module.data.settings, {
    APP_URL = local.origin
    # The load balancer, and CloudFront in front of it.
    TRUSTED_PROXIES          = var.cloudfront ? "2" : "1"
    S3_BUCKET                = module.storage.uploads_bucket
    S3_REGION                = var.region
    UPLOAD_QUOTA_GIB         = tostring(var.upload_quota_gib)
    LOG_LEVEL                = var.log_level
    METRICS_INTERVAL_SECONDS = "60"
    SERVICE_NAME             = var.project
    ENVIRONMENT              = var.environment
    # The rest of the memory is for buffers, images and everything else outside V8's heap.
    NODE_OPTIONS = "--max-old-space-size=${floor(var.task_memory * 0.7)}"
    }, var.cloudfront ? { S3_READ_URL = module.edge[0].files_url } : {}, var.mail_from == "" ? {} : { MAIL_FROM = var.mail_from },
  var.admin_email == "" ? {} : { ADMIN_EMAIL = var.admin_email }, var.registration == "open" ? {} : { REGISTRATION = var.registration })
}
