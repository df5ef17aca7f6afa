# Applied once for an AWS account, for all its regions: trust in the tokens of GitHub Actions, and a role that previews plans.

data "aws_caller_identity" "current" {}

locals {
  account_id = data.aws_caller_identity.current.account_id
  github     = "token.actions.githubusercontent.com"
  # The buckets for state that bootstrap makes in each region.
  states = "arn:aws:s3:::${var.project}-state-${local.account_id}-*"

  # GitHub names the repository in its tokens as owner/name. Where that is switched on, and in all repositories that were
  # made, renamed or moved since 2026-07-15, it is OWNER@ID/NAME@ID. Both are accepted exactly; the ids never change.
  repositories = distinct([var.github_repository, replace(var.github_repository, "/@[0-9]+/", "")])

  plan_trust = {
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Federated = aws_iam_openid_connect_provider.github.arn }
      Action    = "sts:AssumeRoleWithWebIdentity"
      Condition = { StringEquals = {
        "${local.github}:aud" = "sts.amazonaws.com"
        "${local.github}:sub" = [for repository in local.repositories : "repo:${repository}:pull_request"]
      } }
    }]
  }

  # A preview compares the files with the state, and asks AWS only for what data sources need. So people who open a pull
  # request can read names and addresses, but no secret and nobody's file.
  plan_policy = {
    Version = "2012-10-17"
    Statement = [
      {
        Sid      = "ReadState"
        Effect   = "Allow"
        Action   = "s3:GetObject"
        Resource = "${local.states}/*/terraform.tfstate"
      },
      {
        Sid      = "FindState"
        Effect   = "Allow"
        Action   = "s3:ListBucket"
        Resource = local.states
      },
      {
        Sid    = "DataSources"
        Effect = "Allow"
        Action = [
          "ec2:DescribeAvailabilityZones", "route53:ListHostedZones", "route53:GetHostedZone", "route53:ListTagsForResource",
        ]
        Resource = "*"
      },
    ]
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

resource "aws_iam_openid_connect_provider" "github" {
  url            = "https://${local.github}"
  client_id_list = ["sts.amazonaws.com"]
}

resource "aws_iam_role" "plan" {
  name               = "${var.project}-plan"
  description        = "GitHub Actions: previews what a pull request would change"
  assume_role_policy = jsonencode(local.plan_trust)
}

resource "aws_iam_role_policy" "plan" {
  name   = "plan"
  role   = aws_iam_role.plan.id
  policy = jsonencode(local.plan_policy)
}
