# Once a region, before anything else in it: where Terraform keeps its state, and where images are kept. What an account
# has once is in ../account.

data "aws_caller_identity" "current" {}

locals {
  account_id = data.aws_caller_identity.current.account_id

  state_policy = {
    Version = "2012-10-17"
    Statement = [{
      Sid       = "TlsOnly"
      Effect    = "Deny"
      Principal = "*"
      Action    = "s3:*"
      Resource  = [aws_s3_bucket.state.arn, "${aws_s3_bucket.state.arn}/*"]
      Condition = { Bool = { "aws:SecureTransport" = "false" } }
    }]
  }

  # A rule of a smaller number keeps an image from all that follow. So what was deployed (deploy.sh tags it) and what a
  # service began with outlive the thirty newest commits.
  kept = concat([for environment in var.environments : "${environment}-"], ["first"])

  repository_lifecycle = {
    rules = concat(
      [for index, prefix in local.kept : {
        rulePriority = index + 1
        description  = "Thirty images with a tag that begins with ${prefix}"
        selection    = { tagStatus = "tagged", tagPrefixList = [prefix], countType = "imageCountMoreThan", countNumber = 30 }
        action       = { type = "expire" }
      }],
      [
        {
          rulePriority = length(local.kept) + 1
          description  = "What no tag names any more"
          selection    = { tagStatus = "untagged", countType = "sinceImagePushed", countUnit = "days", countNumber = 7 }
          action       = { type = "expire" }
        },
        {
          rulePriority = length(local.kept) + 2
          description  = "Thirty images to go back to, and their signatures"
          selection    = { tagStatus = "any", countType = "imageCountMoreThan", countNumber = 60 }
          action       = { type = "expire" }
        },
      ],
    )
  }
}

provider "aws" {
  region = var.region

  default_tags {
    tags = {
      Project     = var.project
      Environment = "shared"
      ManagedBy   = "terraform"
    }
  }
}

# Never emptied by Terraform, and S3 deletes no bucket that holds anything: the states are safe from a destroy.
resource "aws_s3_bucket" "state" {
  bucket        = "${var.project}-state-${local.account_id}-${var.region}"
  force_destroy = false
}

resource "aws_s3_bucket_public_access_block" "state" {
  bucket                  = aws_s3_bucket.state.id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_ownership_controls" "state" {
  bucket = aws_s3_bucket.state.id

  rule {
    object_ownership = "BucketOwnerEnforced"
  }
}

resource "aws_s3_bucket_server_side_encryption_configuration" "state" {
  bucket = aws_s3_bucket.state.id

  rule {
    apply_server_side_encryption_by_default {
      sse_algorithm = "AES256"
    }
  }
}

resource "aws_s3_bucket_policy" "state" {
  bucket = aws_s3_bucket.state.id
  policy = jsonencode(local.state_policy)

  depends_on = [aws_s3_bucket_public_access_block.state]
}

# The way back after a state was spoilt.
resource "aws_s3_bucket_versioning" "state" {
  bucket = aws_s3_bucket.state.id

  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_bucket_lifecycle_configuration" "state" {
  bucket = aws_s3_bucket.state.id

  rule {
    id     = "old-states"
    status = "Enabled"

    filter {}

    noncurrent_version_expiration {
      noncurrent_days = 90
    }
  }

  depends_on = [aws_s3_bucket_versioning.state]
}

# One repository for every environment: what was tried in one is, by its digest, what runs in the next.
resource "aws_ecr_repository" "app" {
  name                 = var.project
  image_tag_mutability = "IMMUTABLE"

  image_scanning_configuration {
    scan_on_push = true
  }
}

resource "aws_ecr_lifecycle_policy" "app" {
  repository = aws_ecr_repository.app.name
  policy     = jsonencode(local.repository_lifecycle)
}

module "replica" {
  source = "../modules/replica"
  count  = var.replica_region == "" ? 0 : 1

  name           = "${var.project}-state-${local.account_id}-${var.region}"
  bucket         = aws_s3_bucket.state.id
  bucket_arn     = aws_s3_bucket.state.arn
  replica_name   = "${var.project}-state-${local.account_id}-${var.region}-copy"
  replica_region = var.replica_region

  depends_on = [aws_s3_bucket_versioning.state]
}
