# Two buckets: people's files, and the logs of load balancer and network.

locals {
  # Bucket names are unique in the world, so they contain account and region.
  buckets = { for purpose in ["uploads", "logs"] : purpose => "${var.name}-${purpose}-${var.account_id}-${var.region}" }

  # Nobody reads or writes either bucket over plain HTTP.
  tls_only = { for key, bucket in local.buckets : key => {
    Sid       = "TlsOnly"
    Effect    = "Deny"
    Principal = "*"
    Action    = "s3:*"
    Resource  = [aws_s3_bucket.main[key].arn, "${aws_s3_bucket.main[key].arn}/*"]
    Condition = { Bool = { "aws:SecureTransport" = "false" } }
  } }

  uploads_policy = {
    Version = "2012-10-17"
    Statement = [
      local.tls_only.uploads,
      {
        # The longest signed address, for a part of an upload, is valid for an hour. Longer ones are refused.
        Sid       = "NoOldSignatures"
        Effect    = "Deny"
        Principal = "*"
        Action    = "s3:*"
        Resource  = [aws_s3_bucket.main["uploads"].arn, "${aws_s3_bucket.main["uploads"].arn}/*"]
        Condition = { NumericGreaterThan = { "s3:signatureAge" = "3600000" } }
      },
    ]
  }

  logs_policy = {
    Version = "2012-10-17"
    Statement = [
      local.tls_only.logs,
      {
        Sid       = "LoadBalancerLogs"
        Effect    = "Allow"
        Principal = { Service = "logdelivery.elasticloadbalancing.amazonaws.com" }
        Action    = "s3:PutObject"
        Resource  = "${aws_s3_bucket.main["logs"].arn}/load-balancer/AWSLogs/${var.account_id}/*"
        Condition = { ArnLike = { "aws:SourceArn" = "arn:aws:elasticloadbalancing:${var.region}:${var.account_id}:loadbalancer/*" } }
      },
      {
        Sid       = "FlowLogs"
        Effect    = "Allow"
        Principal = { Service = "delivery.logs.amazonaws.com" }
        Action    = "s3:PutObject"
        Resource  = "${aws_s3_bucket.main["logs"].arn}/flow-logs/AWSLogs/${var.account_id}/*"
        # No condition on an access list: the bucket has none (BucketOwnerEnforced), and flow logs, which name none, would
        # be dropped silently.
        Condition = { StringEquals = { "aws:SourceAccount" = var.account_id } }
      },
      {
        Sid       = "FlowLogsLook"
        Effect    = "Allow"
        Principal = { Service = "delivery.logs.amazonaws.com" }
        Action    = ["s3:GetBucketAcl", "s3:ListBucket"]
        Resource  = aws_s3_bucket.main["logs"].arn
        Condition = { StringEquals = { "aws:SourceAccount" = var.account_id } }
      },
    ]
  }
}

resource "aws_s3_bucket" "main" {
  for_each = local.buckets

  bucket        = each.value
  force_destroy = !var.protect
}

resource "aws_s3_bucket_public_access_block" "main" {
  for_each = aws_s3_bucket.main

  bucket                  = each.value.id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_ownership_controls" "main" {
  for_each = aws_s3_bucket.main

  bucket = each.value.id

  rule {
    object_ownership = "BucketOwnerEnforced"
  }
}

# S3's own keys: the load balancer cannot write its logs with others, and a customer key would cost for each request.
resource "aws_s3_bucket_server_side_encryption_configuration" "main" {
  for_each = aws_s3_bucket.main

  bucket = each.value.id

  rule {
    apply_server_side_encryption_by_default {
      sse_algorithm = "AES256"
    }
  }
}

resource "aws_s3_bucket_policy" "main" {
  for_each = { uploads = local.uploads_policy, logs = local.logs_policy }

  bucket = aws_s3_bucket.main[each.key].id
  policy = jsonencode(each.value)

  # A policy cannot be written while public access is being blocked.
  depends_on = [aws_s3_bucket_public_access_block.main]
}

resource "aws_s3_bucket_versioning" "uploads" {
  bucket = aws_s3_bucket.main["uploads"].id

  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_bucket_lifecycle_configuration" "uploads" {
  bucket = aws_s3_bucket.main["uploads"].id

  # Parts of uploads that were never completed cost money. The application usually aborts them earlier.
  rule {
    id     = "unfinished-uploads"
    status = "Enabled"

    filter {}

    abort_incomplete_multipart_upload {
      days_after_initiation = 1
    }
  }

  # Deleted files can be brought back for thirty days. Then their versions are removed, and the deletion markers too.
  rule {
    id     = "deleted-files"
    status = "Enabled"

    filter {}

    noncurrent_version_expiration {
      noncurrent_days = 30
    }

    expiration {
      expired_object_delete_marker = true
    }
  }

  depends_on = [aws_s3_bucket_versioning.uploads]
}

resource "aws_s3_bucket_lifecycle_configuration" "logs" {
  bucket = aws_s3_bucket.main["logs"].id

  rule {
    id     = "old-logs"
    status = "Enabled"

    filter {}

    expiration {
      days = var.log_retention_days
    }
  }
}

# Browsers send and fetch files here directly. They must read the ETag of each part to complete an upload.
resource "aws_s3_bucket_cors_configuration" "uploads" {
  bucket = aws_s3_bucket.main["uploads"].id

  cors_rule {
    allowed_origins = [var.origin]
    allowed_methods = ["GET", "HEAD", "PUT"]
    allowed_headers = ["*"]
    expose_headers  = ["ETag"]
    max_age_seconds = 3600
  }
}

module "replica" {
  source = "../replica"
  count  = var.replica_region == "" ? 0 : 1

  name           = "${var.name}-${var.region}"
  bucket         = aws_s3_bucket.main["uploads"].id
  bucket_arn     = aws_s3_bucket.main["uploads"].arn
  replica_name   = "${var.name}-copy-${var.account_id}-${var.region}"
  replica_region = var.replica_region
  force_destroy  = !var.protect

  depends_on = [aws_s3_bucket_versioning.uploads]
}
