# Applied once for a region, before everything else: the bucket for Terraform's state, and the repository for images. What
# exists once for an account is in ../account.

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

  # An image that matches a rule with a smaller number is exempt from all later rules. So images that were deployed
  # (deploy.sh tags them) and the first image of a service are kept beside those of the thirty newest commits.
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

# Terraform never empties it, and S3 deletes no bucket that contains anything. So a destroy cannot remove the states.
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

# Versions bring back a state that was damaged.
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

# One repository for all environments, so an image that was tried in one runs in the next, by its digest.
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
